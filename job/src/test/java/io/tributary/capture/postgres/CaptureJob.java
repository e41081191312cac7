package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.ExposedMetrics;
import io.tributary.capture.Readership;
import io.tributary.capture.postgres.plan.PostgresCapture;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.RichMapFunction;
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
public final class CaptureJob implements AutoCloseable {

    private static final Map<Integer, CaptureJob> JOBS = new ConcurrentHashMap<>();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final int number = NUMBER.incrementAndGet();
    private final BlockingQueue<Captured> output = new LinkedBlockingQueue<>();
    private final Queue<Change> announcements = new ConcurrentLinkedQueue<>();
    private final Set<Integer> failing = ConcurrentHashMap.newKeySet();
    private final Set<Integer> readers = ConcurrentHashMap.newKeySet();
    private final boolean slow;
    private final @Nullable Path checkpoints;
    private final JobID id;
    private volatile @Nullable CountDownLatch gate;
    private boolean ended;

    private CaptureJob(Setup setup) throws Exception {
        JOBS.put(number, this);
        slow = setup.slow;
        checkpoints = setup.checkpoints;
        gate = setup.held ? new CountDownLatch(1) : null;
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "200 ms");
        configuration.setString("execution.checkpointing.unaligned.enabled", "false");
        configuration.setString("restart-strategy.type", setup.restarts);
        configuration.setString("restart-strategy.exponential-delay.initial-backoff", "10 ms");
        configuration.setString("restart-strategy.exponential-delay.max-backoff", "100 ms");
        configuration.setString("restart-strategy.fixed-delay.attempts", "10");
        configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
        configuration.setString("pipeline.generic-types", "false");
        if (checkpoints != null) {
            configuration.setString(
                    "execution.checkpointing.dir", checkpoints.toUri().toString());
            configuration.setString(
                    "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(setup.parallelism);
        setup.capture
                .open(environment, "postgres")
                .map(new Collect(number))
                .returns(Types.INT)
                .uid("collect")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        if (setup.savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(setup.savepoint));
        }
        this.id = Cluster.CLUSTER.submitJob(graph).get().getJobID();
    }

    /** What is found to be wrong is thrown; the slot and the publication are made. */
    public static PostgresCapture plan(Map<String, String> settings, String... keysKept) throws Exception {
        PostgresPlan plan = checked(settings);
        plan.keepKeys(Set.of(keysKept));
        return plan.start();
    }

    private static PostgresPlan checked(Map<String, String> settings) {
        Problems problems = new Problems();
        PostgresPlan plan = PostgresPlan.of(TestDatabase.settings(settings));
        plan.check(problems);
        problems.throwIfAny();
        return plan;
    }

    /** How a job is to run. */
    public static final class Setup {
        private final PostgresCapture capture;
        private @Nullable String savepoint;
        private @Nullable Path checkpoints;
        private boolean slow;
        private boolean held;
        private String restarts = "none";
        private int parallelism = 2;

        private Setup(PostgresCapture capture) {
            this.capture = capture;
        }

        public Setup from(@Nullable String newSavepoint) {
            savepoint = newSavepoint;
            return this;
        }

        /** A millisecond for 16 records. */
        Setup slow() {
            slow = true;
            return this;
        }

        /** No row goes through until {@link CaptureJob#release}. */
        public Setup held() {
            held = true;
            return this;
        }

        /** Failures are not the end. */
        Setup restarting() {
            restarts = "fixed-delay";
            return this;
        }

        /** As a cluster does that nobody watches: only what no restart can mend ends it. */
        public Setup restartingForEver() {
            restarts = "exponential-delay";
            return this;
        }

        public Setup parallel(int newParallelism) {
            parallelism = newParallelism;
            return this;
        }

        /** Where checkpoints are kept, for {@link CaptureJob#kill}. */
        public Setup keepingCheckpoints(Path directory) {
            checkpoints = directory;
            return this;
        }

        public CaptureJob start() throws Exception {
            return new CaptureJob(this);
        }
    }

    public static Setup of(PostgresCapture capture) {
        return new Setup(capture);
    }

    /**
     * @param keysKept the tables whose keys may not become others
     */
    public static Setup of(Map<String, String> settings, String... keysKept) throws Exception {
        return of(plan(settings, keysKept));
    }

    /** With those who take the tables. */
    static Setup of(Map<String, String> settings, Map<String, Readership> tables) throws Exception {
        PostgresPlan plan = checked(settings);
        plan.readBy(tables);
        return of(plan.start());
    }

    public static CaptureJob start(Map<String, String> settings) throws Exception {
        return of(settings).start();
    }

    public static CaptureJob startSlow(Map<String, String> settings) throws Exception {
        return of(settings).slow().start();
    }

    public static CaptureJob resume(Map<String, String> settings, String savepoint) throws Exception {
        return of(settings).from(savepoint).start();
    }

    /** Behind each reader; it does to the records what the test wants. */
    private static final class Collect extends RichMapFunction<Captured, Integer> {
        private static final long serialVersionUID = 1L;

        private final int job;

        private Collect(int job) {
            this.job = job;
        }

        @Override
        public Integer map(Captured captured) throws Exception {
            return requireNonNull(JOBS.get(job))
                    .collect(captured, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
        }
    }

    private int collect(Captured captured, int subtask) throws InterruptedException {
        if (captured instanceof Change && isAboutTheSnapshot((Change) captured)) {
            announcements.add((Change) captured);
            return 0;
        }
        CountDownLatch closed = gate;
        if (closed != null) {
            closed.await();
        }
        if (failing.remove(subtask)) {
            throw new IllegalStateException("The test wants subtask " + subtask + " to fail");
        }
        readers.add(subtask);
        output.add(captured);
        boolean isOfRow =
                captured instanceof Change && ((Change) captured).operation().isOfRow();
        if (slow && isOfRow && ((Change) captured).key().getInt(0) % 16 == 0) {
            Thread.sleep(1);
        }
        return 1;
    }

    /** Nothing goes through until {@link #release}. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        CountDownLatch closed = gate;
        gate = null;
        if (closed != null) {
            closed.countDown();
        }
    }

    /** The subtask fails with the next record that it gets. */
    void fail(int subtask) {
        failing.add(subtask);
    }

    boolean isToFail() {
        return !failing.isEmpty();
    }

    /** The subtasks that have handed on something. */
    Set<Integer> readers() {
        return readers;
    }

    /** Which tables' snapshots began and ended, in this order. */
    public List<String> announced() {
        return announcements.stream()
                .map(change -> change.operation() + " " + change.table())
                .collect(Collectors.toList());
    }

    /** The next {@code count} that come. */
    public List<Captured> take(int count) throws Exception {
        List<Captured> taken = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (taken.size() < count) {
            Captured next = output.poll(200, TimeUnit.MILLISECONDS);
            if (next != null) {
                taken.add(next);
                continue;
            }
            ensureRuns();
            assertThat(System.nanoTime())
                    .as("waiting for %d, got %s", count, taken.subList(0, Math.min(100, taken.size())))
                    .isLessThan(deadline);
        }
        return taken;
    }

    void ensureRuns() throws Exception {
        if (status().isGloballyTerminalState() && !ended) {
            Cluster.CLUSTER
                    .requestJobResult(id)
                    .get()
                    .toJobExecutionResult(getClass().getClassLoader());
        }
    }

    private static boolean isAboutTheSnapshot(Change change) {
        return change.operation() == Operation.SNAPSHOT_BEGAN || change.operation() == Operation.SNAPSHOT_ENDED;
    }

    public List<Change> changes(int count) throws Exception {
        List<Change> changes = new ArrayList<>();
        for (Captured captured : take(count)) {
            assertThat(captured).isInstanceOf(Change.class);
            changes.add((Change) captured);
        }
        return changes;
    }

    /** All that come until one fits. */
    public List<Captured> takeUntil(Predicate<Captured> last) throws Exception {
        List<Captured> taken = new ArrayList<>();
        do {
            taken.addAll(take(1));
        } while (!last.test(taken.get(taken.size() - 1)));
        return taken;
    }

    /** Until all tables' snapshots are said to be over; what came so far can be taken still. */
    public void awaitSnapshot() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (announcements.stream().noneMatch(change -> change.operation() == Operation.SNAPSHOT_ENDED)) {
            ensureRuns();
            assertThat(System.nanoTime())
                    .as("waiting for the end of the snapshot")
                    .isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Until a checkpoint is kept, see {@link Setup#keepingCheckpoints}. */
    void awaitCheckpoint() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (kept().isEmpty()) {
            ensureRuns();
            assertThat(System.nanoTime()).as("waiting for a checkpoint").isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> found = Files.walk(requireNonNull(checkpoints))) {
            return found.filter(path -> path.endsWith("_metadata"))
                    .map(Path::getParent)
                    .toList();
        } catch (UncheckedIOException e) {
            // An older one went while we looked.
            return List.of();
        }
    }

    /** Takes what comes until the target has the rows of the query, see {@link Target#query}. */
    public void awaitRows(Target target, TestDatabase.Question expected) throws Exception {
        String rows = expected.ask();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Captured next = output.poll(50, TimeUnit.MILLISECONDS);
            if (next != null) {
                target.take(next);
                target.take(rest());
            } else if (target.lines().equals(rows)) {
                return;
            } else {
                ensureRuns();
                if (System.nanoTime() > deadline) {
                    assertThat(target.lines()).isEqualTo(rows);
                }
            }
        }
    }

    /** What came and was not taken. */
    public List<Captured> rest() {
        List<Captured> rest = new ArrayList<>();
        output.drainTo(rest);
        return rest;
    }

    public String stop(Path directory) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                String savepoint = Cluster.CLUSTER
                        .stopWithSavepoint(id, directory.toUri().toString(), false, SavepointFormatType.CANONICAL)
                        .get();
                awaitEnd();
                return savepoint;
            } catch (ExecutionException e) {
                // A subtask that has nothing to do may not run yet when others have handed on rows.
                boolean isEarly =
                        String.valueOf(e.getMessage()).contains("Not all required tasks are currently running");
                if (!isEarly || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Ends it as a failure does, without a savepoint; gives the newest of the checkpoints that it kept. */
    String kill() throws Exception {
        Cluster.CLUSTER.cancelJob(id).get();
        awaitEnd();
        return kept().stream()
                .max(Comparator.comparing(
                        path -> Integer.parseInt(path.getFileName().toString().replace("chk-", ""))))
                .orElseThrow()
                .toUri()
                .toString();
    }

    public JobStatus status() throws Exception {
        return Cluster.CLUSTER.getJobStatus(id).get();
    }

    public Throwable failure() throws Exception {
        return Cluster.CLUSTER
                .requestJobResult(id)
                .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getSerializedThrowable()
                .orElseThrow();
    }

    private void awaitEnd() throws Exception {
        Cluster.CLUSTER.requestJobResult(id).get();
        ended = true;
    }

    @Override
    public void close() {
        release();
        try {
            if (!ended && !status().isGloballyTerminalState()) {
                Cluster.CLUSTER.cancelJob(id).get();
                awaitEnd();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        JOBS.remove(number);
    }

    private static final class Cluster {
        private static final MiniCluster CLUSTER = start();

        private static MiniCluster start() {
            Configuration configuration = Metrics.configuration();
            ExposedMetrics.addTo(configuration);
            MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .withRandomPorts()
                    .setNumTaskManagers(1)
                    .setConfiguration(configuration)
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
