package io.tributary.capture.dynamodb.export.read;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ExposedMetrics;
import io.tributary.capture.dynamodb.LiveTables;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.MapFunction;
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

/** A job that reads exports, on a MiniCluster that all tests of this JVM share, and what came out of it. */
public final class ExportJob implements AutoCloseable {

    private static final Map<Integer, ExportJob> JOBS = new ConcurrentHashMap<>();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LiveTables UNASKED = LiveTables.of(Map.of(), Instant.EPOCH);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final int number = NUMBER.incrementAndGet();
    private final Queue<Captured> output = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isToFail = new AtomicBoolean();
    private final @Nullable Semaphore permits;
    private final JobID id;

    private ExportJob(
            ExportSettings settings,
            Map<String, String> cautions,
            int parallelism,
            @Nullable Semaphore permits,
            @Nullable String savepoint)
            throws Exception {
        JOBS.put(number, this);
        this.permits = permits;
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "100 ms");
        configuration.setString("restart-strategy.type", "fixed-delay");
        configuration.setString("restart-strategy.fixed-delay.attempts", "10");
        configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
        configuration.setString("pipeline.generic-types", "false");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(parallelism);
        new ExportCapture(settings, List.of(Orders.TABLE, Orders.CUSTOMERS), cautions, UNASKED, false)
                .open(environment, "dynamodb")
                .map(new Collect(number))
                .returns(Types.INT)
                .uid("collect")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        }
        id = Cluster.CLUSTER.submitJob(graph).get().getJobID();
    }

    public static ExportJob start(ExportSettings settings) throws Exception {
        return new ExportJob(settings, Map.of(), 2, null, null);
    }

    /**
     * @param cautions what it would miss if it starts from nothing, by table
     */
    static ExportJob start(ExportSettings settings, Map<String, String> cautions, @Nullable String savepoint)
            throws Exception {
        return new ExportJob(settings, cautions, 2, null, savepoint);
    }

    /** So many records go through, and more when {@link #permit} is called. */
    static ExportJob start(ExportSettings settings, int parallelism, int records, @Nullable String savepoint)
            throws Exception {
        return new ExportJob(settings, Map.of(), parallelism, new Semaphore(records), savepoint);
    }

    void permit(int records) {
        requireNonNull(permits).release(records);
    }

    private static final class Collect implements MapFunction<Captured, Integer> {
        private static final long serialVersionUID = 1L;

        private final int job;

        private Collect(int job) {
            this.job = job;
        }

        @Override
        public Integer map(Captured captured) throws Exception {
            return requireNonNull(JOBS.get(job)).collect(captured);
        }
    }

    private int collect(Captured captured) throws InterruptedException {
        if (permits != null) {
            permits.acquire();
        }
        if (isToFail.compareAndSet(true, false)) {
            throw new IllegalStateException("The test wants this attempt to fail");
        }
        output.add(captured);
        return 1;
    }

    /** The attempt ends with the next record. */
    void fail() {
        isToFail.set(true);
    }

    List<Captured> output() {
        return List.copyOf(output);
    }

    public Map<String, String> rows() {
        return Orders.newest(output);
    }

    public List<Rejected> letters() {
        return output.stream()
                .filter(Rejected.class::isInstance)
                .map(Rejected.class::cast)
                .toList();
    }

    /** What was said of the table, in this order. */
    List<String> announced() {
        List<String> announced = new ArrayList<>();
        for (Captured captured : output) {
            if (captured instanceof Change change
                    && !change.operation().isOfRow()
                    && change.operation() != Operation.RETYPED) {
                announced.add(change.operation() + " " + change.position().toHex());
            }
        }
        return announced;
    }

    boolean isAnnounced(Operation operation) {
        return announced().stream().anyMatch(text -> text.startsWith(operation + " "));
    }

    public void await(BooleanSupplier condition, String what) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (Cluster.CLUSTER.getJobStatus(id).get().isGloballyTerminalState()) {
                Cluster.CLUSTER
                        .requestJobResult(id)
                        .get()
                        .toJobExecutionResult(getClass().getClassLoader());
            }
            assertThat(System.nanoTime()).as("%s; got %s", what, announced()).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    String stop(Path directory) throws Exception {
        CompletableFuture<String> stopping = Cluster.CLUSTER.stopWithSavepoint(
                id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL);
        while (permits != null && !stopping.isDone()) {
            // A reader that waits for a permit takes no barrier.
            permits.release(2);
            LockSupport.parkNanos(1_000_000);
        }
        String savepoint = stopping.get();
        Cluster.CLUSTER.requestJobResult(id).get();
        return savepoint;
    }

    @Override
    public void close() throws Exception {
        if (permits != null) {
            permits.release(1_000_000);
        }
        if (!Cluster.CLUSTER.getJobStatus(id).get().isGloballyTerminalState()) {
            Cluster.CLUSTER.cancelJob(id).get();
            Cluster.CLUSTER.requestJobResult(id).get();
        }
        JOBS.remove(number);
    }

    private static final class Cluster {
        private static final MiniCluster CLUSTER = start();

        private static MiniCluster start() {
            Configuration configuration = new Configuration();
            configuration.setString("taskmanager.memory.network.max", "64 mb");
            ExposedMetrics.addTo(configuration);
            MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .withRandomPorts()
                    .setNumTaskManagers(1)
                    .setConfiguration(configuration)
                    .setNumSlotsPerTaskManager(3)
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
