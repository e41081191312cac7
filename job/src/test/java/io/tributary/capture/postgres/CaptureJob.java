package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.settings.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/** A capture that runs on the one MiniCluster that all tests of this JVM share, and what came out of it. */
final class CaptureJob implements AutoCloseable {

    private static final Map<Integer, BlockingQueue<Captured>> OUTPUTS = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final int number = NUMBER.incrementAndGet();
    private final BlockingQueue<Captured> output = new LinkedBlockingQueue<>();
    private final JobID id;
    private boolean ended;

    private CaptureJob(PostgresSettings settings, @Nullable String savepoint, boolean slow) throws Exception {
        OUTPUTS.put(number, output);
        Problems problems = new Problems();
        PostgresPlan plan = PostgresPlan.of(settings);
        plan.check(problems);
        problems.throwIfAny();
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "200 ms");
        configuration.setString("execution.checkpointing.unaligned.enabled", "false");
        configuration.setString("restart-strategy.type", "none");
        configuration.setString("pipeline.generic-types", "false");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(2);
        int job = number;
        plan.start()
                .open(environment, "postgres")
                .map(captured -> {
                    if (captured instanceof Change && isAboutTheSnapshot((Change) captured)) {
                        return 0;
                    }
                    requireNonNull(OUTPUTS.get(job)).add(captured);
                    if (slow && ((Change) captured).key().getInt(0) % 16 == 0) {
                        Thread.sleep(1);
                    }
                    return 1;
                })
                .returns(Types.INT)
                .uid("collect")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        }
        this.id = Cluster.CLUSTER.submitJob(graph).get().getJobID();
    }

    static CaptureJob start(Map<String, String> settings) throws Exception {
        return new CaptureJob(TestDatabase.settings(settings), null, false);
    }

    /** A millisecond for 16 records. */
    static CaptureJob startSlow(Map<String, String> settings) throws Exception {
        return new CaptureJob(TestDatabase.settings(settings), null, true);
    }

    static CaptureJob resume(Map<String, String> settings, String savepoint) throws Exception {
        return new CaptureJob(TestDatabase.settings(settings), savepoint, false);
    }

    /** The next {@code count} that come. */
    List<Captured> take(int count) throws Exception {
        List<Captured> taken = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (taken.size() < count) {
            Captured next = output.poll(200, TimeUnit.MILLISECONDS);
            if (next != null) {
                taken.add(next);
                continue;
            }
            if (status().isGloballyTerminalState() && !ended) {
                Cluster.CLUSTER
                        .requestJobResult(id)
                        .get()
                        .toJobExecutionResult(getClass().getClassLoader());
            }
            assertThat(System.nanoTime())
                    .as("waiting for %d, got %s", count, taken)
                    .isLessThan(deadline);
        }
        return taken;
    }

    private static boolean isAboutTheSnapshot(Change change) {
        return !change.operation().isOfRow() && change.operation() != Operation.TRUNCATE;
    }

    List<Change> changes(int count) throws Exception {
        List<Change> changes = new ArrayList<>();
        for (Captured captured : take(count)) {
            assertThat(captured).isInstanceOf(Change.class);
            changes.add((Change) captured);
        }
        return changes;
    }

    /** All that come until one fits. */
    List<Captured> takeUntil(Predicate<Captured> last) throws Exception {
        List<Captured> taken = new ArrayList<>();
        do {
            taken.addAll(take(1));
        } while (!last.test(taken.get(taken.size() - 1)));
        return taken;
    }

    /** What came and was not taken. */
    List<Captured> rest() {
        List<Captured> rest = new ArrayList<>();
        output.drainTo(rest);
        return rest;
    }

    String stop(Path directory) throws Exception {
        String savepoint = Cluster.CLUSTER
                .stopWithSavepoint(id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get();
        awaitEnd();
        return savepoint;
    }

    JobStatus status() throws Exception {
        return Cluster.CLUSTER.getJobStatus(id).get();
    }

    Throwable failure() throws Exception {
        return Cluster.CLUSTER
                .requestJobResult(id)
                .get()
                .getSerializedThrowable()
                .orElseThrow();
    }

    private void awaitEnd() throws Exception {
        Cluster.CLUSTER.requestJobResult(id).get();
        ended = true;
    }

    @Override
    public void close() {
        try {
            if (!ended && !status().isGloballyTerminalState()) {
                Cluster.CLUSTER.cancelJob(id).get();
                awaitEnd();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        OUTPUTS.remove(number);
    }

    private static final class Cluster {
        private static final MiniCluster CLUSTER = start();

        private static MiniCluster start() {
            MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .withRandomPorts()
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(4)
                    .build());
            try {
                cluster.start();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return cluster;
        }
    }
}
