package io.tributary.sink.iceberg;

import io.tributary.settings.Outage;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tries commits on threads of its own, one at a time for each table. After a failure the table rests, and its owner is asked
 * again, for as long as {@link io.tributary.settings.Patience} allows. A failure that cannot pass ends the job.
 *
 * <p>Used by the task's own thread.
 */
final class CommitAttempts implements AutoCloseable {

    /** Whose commits are tried. The files of a table are by checkpoint. */
    interface Owner {

        /** Runs on one of the threads. Called again after a failure, it does not commit twice. */
        void commit(String table, Map<Long, List<TableFiles>> files);

        /** In the task. */
        void committed(String table, Map<Long, List<TableFiles>> files);

        /** In the task: the table has rested since these could not be committed. */
        void rested(String table, Map<Long, List<TableFiles>> files);
    }

    private final IcebergSettings settings;
    private final Owner owner;
    private final MailboxExecutor mailbox;
    private final ProcessingTimeService clock;
    private final ExecutorService threads;

    /** What is being tried, by table: ends with why it failed, or null. */
    private final Map<String, Future<@Nullable Throwable>> running = new HashMap<>();

    /** Tables whose last try failed a moment ago. */
    private final Set<String> resting = new HashSet<>();

    private final Map<String, Outage> outages = new ConcurrentHashMap<>();

    CommitAttempts(
            IcebergSettings settings,
            Owner owner,
            MailboxExecutor mailbox,
            ProcessingTimeService clock,
            MetricGroup metrics) {
        this.settings = settings;
        this.owner = owner;
        this.mailbox = mailbox;
        this.clock = clock;
        this.threads =
                Executors.newFixedThreadPool(settings.commitThreads(), new ExecutorThreadFactory("iceberg-commit"));
        Gauge<Long> away = () -> outages.values().stream().filter(Outage::isOn).count();
        metrics.gauge("outages", away);
        settings.cloudWatch().gauge(metrics, "outages", away);
    }

    /** Does nothing while the table is at it, or rests. */
    void start(String table, Map<Long, List<TableFiles>> files) {
        if (running.containsKey(table) || resting.contains(table)) {
            return;
        }
        running.put(table, threads.submit(() -> {
            Throwable failure = failure(table, files);
            try {
                mailbox.execute(() -> ended(table, files, failure), "Iceberg commit of " + table);
            } catch (RejectedExecutionException e) {
                // The task ends, and waits for this itself.
            }
            return failure;
        }));
    }

    boolean areRunning() {
        return !running.isEmpty();
    }

    /** Waits until nothing is tried for the table. */
    void await(String table) throws InterruptedException, ExecutionException {
        Future<@Nullable Throwable> last = running.get(table);
        if (last != null) {
            last.get();
        }
    }

    /** Commits in the task, which waits until it is done; the owner is not told. */
    void finish(String table, Map<Long, List<TableFiles>> files) throws IOException, InterruptedException {
        Throwable failure = failure(table, files);
        while (failure != null) {
            outage(table).waitAfter(passing(table, failure));
            failure = failure(table, files);
        }
        outage(table).over();
    }

    private @Nullable Throwable failure(String table, Map<Long, List<TableFiles>> files) {
        try {
            owner.commit(table, files);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A timer ends with its task.
    private void ended(String table, Map<Long, List<TableFiles>> files, @Nullable Throwable failure)
            throws IOException {
        running.remove(table);
        if (failure == null) {
            outage(table).over();
            owner.committed(table, files);
            return;
        }
        long pause = outage(table).pauseAfter(passing(table, failure));
        resting.add(table);
        clock.registerTimer(clock.getCurrentProcessingTime() + pause, time -> {
            resting.remove(table);
            owner.rested(table, files);
        });
    }

    /** The failure, if trying again may help; else it is thrown, and the job is not restarted. */
    private IOException passing(String table, Throwable failure) {
        IOException named = named(table, failure);
        if (!CatalogAccess.mayPass(failure)) {
            throw new SuppressRestartsException(named);
        }
        return named;
    }

    /** With the table's name, and without what the settings keep secret. */
    private IOException named(String table, Throwable failure) {
        String reason = settings.redact(String.valueOf(failure.getMessage()));
        return new IOException(named(table) + ": " + (failure instanceof Exception ? reason : failure), failure);
    }

    private static String named(String table) {
        return table.equals(CheckpointCommits.ALL) ? "Iceberg tables" : "Iceberg table " + table;
    }

    private Outage outage(String table) {
        return outages.computeIfAbsent(table, name -> settings.patience().of("The catalog of the " + named(name)));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
