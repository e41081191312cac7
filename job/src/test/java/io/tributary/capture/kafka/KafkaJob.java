package io.tributary.capture.kafka;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
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
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
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
    private boolean ended;

    KafkaJob(MiniCluster cluster, Capture capture, int parallelism, @Nullable String savepoint) throws Exception {
        this.cluster = cluster;
        JOBS.put(number, this);
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "200 ms");
        configuration.setString("restart-strategy.type", "none");
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

    private static final class Collect implements MapFunction<Captured, Integer> {
        private static final long serialVersionUID = 1L;

        private final int job;

        private Collect(int job) {
            this.job = job;
        }

        @Override
        public Integer map(Captured captured) {
            requireNonNull(JOBS.get(job)).output.add(captured);
            return 0;
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
        ended = true;
        return cluster.stopWithSavepoint(id, savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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
