package io.tributary.capture.kafka;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/** A capture that runs, and what comes out of it. */
final class KafkaJob implements AutoCloseable {

    private static final Map<Integer, KafkaJob> JOBS = new ConcurrentHashMap<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MiniCluster cluster;
    private final int number = NUMBER.incrementAndGet();
    private final BlockingQueue<Captured> output = new LinkedBlockingQueue<>();
    private final JobID id;
    private final AtomicInteger failAfter;
    private final Map<Integer, List<Captured>> kept = new ConcurrentHashMap<>();
    private final AtomicBoolean restored = new AtomicBoolean();
    private boolean ended;

    KafkaJob(MiniCluster cluster, Capture capture, int parallelism, @Nullable String savepoint) throws Exception {
        this(cluster, capture, parallelism, savepoint, 0);
    }

    /** @param failAfter behind so many changes it fails, once, and starts again from its last checkpoint; 0 if it does not */
    KafkaJob(MiniCluster cluster, Capture capture, int parallelism, @Nullable String savepoint, int failAfter)
            throws Exception {
        this.failAfter = new AtomicInteger(failAfter);
        this.cluster = cluster;
        JOBS.put(number, this);
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "200 ms");
        configuration.setString("restart-strategy.type", failAfter > 0 ? "fixed-delay" : "none");
        configuration.setString("restart-strategy.fixed-delay.attempts", "1");
        configuration.setString("restart-strategy.fixed-delay.delay", "0 ms");
        configuration.setString("pipeline.generic-types", "false");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(parallelism);
        capture.open(environment, "capture-kafka")
                .map(new Collect(number))
                .returns(Types.INT)
                .uid("collect")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        }
        this.id = cluster.submitJob(graph).get().getJobID();
    }

    /** What came out stays in the checkpoint, as in the target of a sink that is exactly once: a failure takes back what came since. */
    private static final class Collect extends RichMapFunction<Captured, Integer> implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        private final int job;
        private transient @Nullable List<Captured> kept;
        private transient @Nullable ListState<Captured> state;

        private Collect(int job) {
            this.job = job;
        }

        @Override
        public Integer map(Captured captured) {
            KafkaJob of = requireNonNull(JOBS.get(job));
            of.output.add(captured);
            requireNonNull(kept).add(captured);
            if (of.failAfter.decrementAndGet() == 0) {
                throw new IllegalStateException("It fails once");
            }
            return 0;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("kept", WireType.CAPTURED));
            List<Captured> restored = Collections.synchronizedList(new ArrayList<>());
            state.get().forEach(restored::add);
            kept = restored;
            KafkaJob of = requireNonNull(JOBS.get(job));
            // A failure takes back what the subtasks made that it reaches, and not what the others did.
            of.kept.put(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(), restored);
            if (context.isRestored()) {
                of.restored.set(true);
            }
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            requireNonNull(state).update(requireNonNull(kept));
        }
    }

    /** What the job has made by now, without what a failure took back; waits until it is so many. */
    List<Captured> made(int count) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<Captured> made = new ArrayList<>();
            kept.values().forEach(each -> made.addAll(List.copyOf(each)));
            if (made.size() >= count || System.nanoTime() > deadline) {
                return made;
            }
            Thread.sleep(50);
        }
    }

    /** What came out before this is part of a checkpoint after it. */
    void awaitCheckpoint() throws Exception {
        cluster.triggerCheckpoint(id, CheckpointType.FULL).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Fails unless the job failed and was restored. */
    void awaitRestart() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!restored.get()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("The job was not restored from a checkpoint");
            }
            Thread.sleep(50);
        }
    }

    /** The next of what comes out; fails if there are not so many. */
    List<Captured> take(int count) throws Exception {
        List<Captured> taken = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (taken.size() < count) {
            Captured next = output.poll(100, TimeUnit.MILLISECONDS);
            if (next != null) {
                taken.add(next);
            } else if (cluster.getJobStatus(id).get() == JobStatus.FAILED) {
                cluster.requestJobResult(id).get().toJobExecutionResult(KafkaJob.class.getClassLoader());
            } else if (System.nanoTime() > deadline) {
                throw new AssertionError("Of " + count + " there came " + taken.size() + ": " + taken);
            }
        }
        return taken;
    }

    /** Stops the job; gives where its state is. What came out and was not taken yet is still there. */
    String stop(Path savepoints) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                String savepoint = cluster.stopWithSavepoint(
                                id, savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                ended = true;
                return savepoint;
            } catch (ExecutionException e) {
                // A subtask that has nothing to do may not run yet when others have handed on rows.
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    /** What came out and was not taken. */
    List<Captured> rest() {
        List<Captured> rest = new ArrayList<>();
        output.drainTo(rest);
        return rest;
    }

    @Override
    public void close() throws Exception {
        if (!ended && !cluster.getJobStatus(id).get().isGloballyTerminalState()) {
            cluster.cancelJob(id).get();
        }
        cluster.requestJobResult(id).get();
        JOBS.remove(number);
    }
}
