package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.Outage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Commits what the writers finished, one commit a table when a checkpoint is complete, on threads of its own. A commit that
 * fails is tried again, for as long as {@link io.tributary.settings.Patience} allows; meanwhile the files wait in the state,
 * and nothing else does. A table without changes gets no commit.
 *
 * <p>There is one of it. What it has not committed is in its state; a commit that is in the table already is recognized by
 * the snapshot's summary. A table that is ahead of the state, because the job was resumed from an older savepoint, would
 * get rows twice: that fails with a sentence that says what to do.
 */
final class CommitterOperator extends AbstractStreamOperator<Void> implements OneInputStreamOperator<byte[], Void> {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>("iceberg-commits", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final IcebergSettings settings;
    private transient @Nullable ListState<byte[]> stored;
    private transient @Nullable CommitterState state;
    private transient @Nullable List<TableFiles> arrived;
    private transient @Nullable Warehouse warehouse;
    private transient @Nullable ExecutorService threads;
    private transient @Nullable MailboxExecutor mailbox;
    /** What is being tried, by table: ends with why it failed, or null. */
    private transient @Nullable Map<String, Future<@Nullable Throwable>> attempts;

    /** Tables whose last try failed a moment ago. */
    private transient @Nullable Set<String> resting;

    private transient @Nullable Map<String, Outage> outages;
    private transient @Nullable Map<String, Commits> commits;
    private transient @Nullable Map<String, CommitMetrics> metricsByTable;
    private transient @Nullable Set<String> checked;
    /** When the checkpoints began that are not complete yet. */
    private transient @Nullable NavigableMap<Long, Long> begun;

    /** When the newest complete checkpoint began. */
    private transient long completeTime;

    private transient long opened;
    private transient long restored;
    /** The newest checkpoint that is complete. */
    private transient long complete;

    CommitterOperator(IcebergSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        stored = context.getOperatorStateStore().getListState(STATE);
        OptionalLong checkpoint = context.getRestoredCheckpointId();
        restored = checkpoint.orElse(-1);
        state = new CommitterState(UUID.randomUUID().toString());
        for (byte[] bytes : stored.get()) {
            state = CommitterState.ofBytes(bytes);
        }
        begun = new TreeMap<>();
        if (state().began() > 0) {
            begun.put(restored, state().began());
        }
        arrived = new ArrayList<>();
    }

    @Override
    public void open() throws Exception {
        if (!getOperatorConfig().isCheckpointingEnabled()) {
            throw new IllegalStateException("Checkpoints are off, and Iceberg tables are committed when a checkpoint is"
                    + " complete: set execution.checkpointing.interval");
        }
        commits = new ConcurrentHashMap<>();
        metricsByTable = new ConcurrentHashMap<>();
        opened = getProcessingTimeService().getCurrentProcessingTime();
        completeTime = opened;
        attempts = new HashMap<>();
        resting = new HashSet<>();
        Map<String, Outage> all = new ConcurrentHashMap<>();
        getMetricGroup()
                .gauge(
                        "outages",
                        () -> all.values().stream().filter(Outage::isOn).count());
        outages = all;
        checked = ConcurrentHashMap.newKeySet();
        threads = Executors.newFixedThreadPool(settings.commitThreads(), new ExecutorThreadFactory("iceberg-commit"));
        mailbox = getContainingTask()
                .getMailboxExecutorFactory()
                .createExecutor(getOperatorConfig().getChainIndex());
        complete = restored;
        commitDue();
        tellComplete();
        for (String table : state().tables()) {
            if (restored >= 0 && !attempts().containsKey(table)) {
                attempt(table, Map.of());
            }
        }
    }

    @Override
    public void processElement(StreamRecord<byte[]> element) throws IOException {
        requireNonNull(arrived).add(TableFiles.ofBytes(element.getValue()));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<TableFiles> files = requireNonNull(arrived);
        if (!files.isEmpty()) {
            state().pending().put(context.getCheckpointId(), files);
            files.forEach(part -> state().tables().add(part.table()));
            arrived = new ArrayList<>();
        }
        state().began(context.getCheckpointTimestamp());
        requireNonNull(begun).put(context.getCheckpointId(), context.getCheckpointTimestamp());
        requireNonNull(stored).update(List.of(state().toBytes()));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        complete = Math.max(complete, checkpointId);
        commitDue();
        tellComplete();
    }

    /** What came up to the newest complete checkpoint is in the tables, also in those to which nothing came. */
    private void tellComplete() {
        NavigableMap<Long, Long> until = requireNonNull(begun).headMap(complete, true);
        if (!until.isEmpty()) {
            completeTime = until.lastEntry().getValue();
            until.clear();
        }
        Set<String> behind = due().keySet();
        for (String table : state().tables()) {
            if (!behind.contains(table)) {
                metrics(table).complete(completeTime);
            }
        }
    }

    /** Each table that has something to commit, and is not at it, goes to a thread. */
    private void commitDue() {
        due().forEach((table, files) -> {
            if (!attempts().containsKey(table) && !resting().contains(table)) {
                attempt(table, files);
            }
        });
    }

    /** By table and checkpoint. */
    private Map<String, Map<Long, List<TableFiles>>> due() {
        Map<String, Map<Long, List<TableFiles>>> byTable = new LinkedHashMap<>();
        state().pending()
                .headMap(complete, true)
                .forEach((checkpoint, files) ->
                        files.forEach(part -> byTable.computeIfAbsent(part.table(), table -> new LinkedHashMap<>())
                                .computeIfAbsent(checkpoint, id -> new ArrayList<>())
                                .add(part)));
        return byTable;
    }

    /** What one table has due. It stays in the state until it is in the table. */
    private void attempt(String table, Map<Long, List<TableFiles>> files) {
        Future<@Nullable Throwable> running = requireNonNull(threads).submit(() -> {
            Throwable failure = failure(table, files);
            try {
                requireNonNull(mailbox).execute(() -> attempted(table, files, failure), "Iceberg commit of " + table);
            } catch (RejectedExecutionException e) {
                // The task ends, and waits for this itself.
            }
            return failure;
        });
        if (attempts().put(table, running) != null) {
            throw new IllegalStateException("Two commits of table " + table + " at the same time");
        }
    }

    private @Nullable Throwable failure(String table, Map<Long, List<TableFiles>> files) {
        try {
            commit(table, files);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A timer ends with its task.
    private void attempted(String table, Map<Long, List<TableFiles>> files, @Nullable Throwable failure)
            throws Exception {
        attempts().remove(table);
        if (failure == null) {
            done(table, files);
            commitDue();
            tellComplete();
            return;
        }
        long pause = outage(table).pauseAfter(passing(table, failure));
        ProcessingTimeService clock = getProcessingTimeService();
        resting().add(table);
        clock.registerTimer(clock.getCurrentProcessingTime() + pause, time -> {
            resting().remove(table);
            commitDue();
            if (files.isEmpty() && !attempts().containsKey(table)) {
                attempt(table, files);
            }
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

    private void done(String table, Map<Long, List<TableFiles>> files) {
        outage(table).over();
        metrics(table).committed(files.values());
        Map<Long, List<TableFiles>> pending = state().pending();
        for (Map.Entry<Long, List<TableFiles>> checkpoint : files.entrySet()) {
            List<TableFiles> left = new ArrayList<>(pending.getOrDefault(checkpoint.getKey(), List.of()));
            left.removeAll(checkpoint.getValue());
            if (left.isEmpty()) {
                pending.remove(checkpoint.getKey());
            } else {
                pending.put(checkpoint.getKey(), left);
            }
        }
    }

    /** With the table's name, and without what the settings keep secret. */
    private IOException named(String table, Throwable failure) {
        String reason = settings.redact(String.valueOf(failure.getMessage()));
        return new IOException(
                "Iceberg table " + table + ": " + (failure instanceof Exception ? reason : failure), failure);
    }

    private Outage outage(String table) {
        return requireNonNull(outages)
                .computeIfAbsent(table, name -> settings.patience().of("The catalog of the Iceberg table " + name));
    }

    /** Runs on one of the commit threads. */
    private void commit(String table, Map<Long, List<TableFiles>> filesByCheckpoint) {
        checkNotAhead(table);
        if (filesByCheckpoint.isEmpty()) {
            return;
        }
        Commits target = commits(table);
        Commits.Last last = target.last(metrics(table));
        String job = getContainingTask().getEnvironment().getJobID().toHexString();
        filesByCheckpoint.forEach((checkpoint, files) -> {
            if (checkpoint > last.checkpoint()) {
                target.commit(checkpoint, job, files);
            } else if (checkpoint > restored && !last.isOf(job)) {
                throw new IllegalStateException("Table " + table + " has checkpoint " + last.checkpoint()
                        + " of this job already: another job that was resumed from the same savepoint writes to it."
                        + " Stop one of them.");
            }
        });
    }

    private void checkNotAhead(String table) {
        Set<String> looked = requireNonNull(checked);
        if (restored < 0 || looked.contains(table)) {
            return;
        }
        if (warehouse().find(table) != null) {
            long done = commits(table).last(metrics(table)).checkpoint();
            if (done > restored) {
                throw new IllegalStateException("Table " + table + " holds checkpoint " + done
                        + " of this job, which was resumed from checkpoint " + restored
                        + ": its later changes would be written twice. Resume from a savepoint that is at least as"
                        + " new, or roll the table back to its last snapshot with " + Commits.CHECKPOINT + " <= "
                        + restored + ", for example with CALL <catalog>.system.rollback_to_snapshot.");
            }
        }
        looked.add(table);
    }

    /** Opened by the first commit thread that needs it, so that the job starts while the catalog is away. */
    private synchronized Warehouse warehouse() {
        Warehouse open = warehouse;
        if (open == null) {
            open = Warehouse.open(settings);
            warehouse = open;
        }
        return open;
    }

    private Commits commits(String table) {
        return requireNonNull(commits)
                .computeIfAbsent(table, name -> new Commits(warehouse().load(name), settings.branch(), state().sink()));
    }

    private CommitMetrics metrics(String table) {
        return requireNonNull(metricsByTable)
                .computeIfAbsent(table, name -> new CommitMetrics(getMetricGroup(), name, opened));
    }

    private CommitterState state() {
        return requireNonNull(state);
    }

    private Map<String, Future<@Nullable Throwable>> attempts() {
        return requireNonNull(attempts);
    }

    private Set<String> resting() {
        return requireNonNull(resting);
    }

    /** Whether a commit is being tried. */
    boolean isCommitting() {
        return !attempts().isEmpty();
    }

    @Override
    public void close() throws Exception {
        try {
            if (threads != null
                    && !getContainingTask().isCanceled()
                    && !getContainingTask().isFailing()) {
                commitTheRest();
            }
        } finally {
            if (threads != null) {
                threads.shutdownNow();
            }
            if (warehouse != null) {
                warehouse.close();
            }
            super.close();
        }
    }

    /** The job ends well, and no mail comes any more: what is due is committed before it has ended. */
    private void commitTheRest() throws Exception {
        Map<String, Map<Long, List<TableFiles>>> due = due();
        for (Map.Entry<String, Map<Long, List<TableFiles>>> table : due.entrySet()) {
            Future<@Nullable Throwable> running = attempts().get(table.getKey());
            if (running != null) {
                running.get();
            }
        }
        for (Map.Entry<String, Map<Long, List<TableFiles>>> table : due.entrySet()) {
            Throwable failure = failure(table.getKey(), table.getValue());
            while (failure != null) {
                outage(table.getKey()).waitAfter(passing(table.getKey(), failure));
                failure = failure(table.getKey(), table.getValue());
            }
            done(table.getKey(), table.getValue());
        }
    }
}
