package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import io.tributary.change.Position;
import io.tributary.settings.Problems;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** The job as the command {@code run} makes it, from a database to Iceberg tables in a folder. */
final class WholeJob implements AutoCloseable {

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Settings settings;
    private final JobID id;
    private boolean ended;

    private WholeJob(Settings settings) throws Exception {
        this.settings = settings;
        Plan plan = Plan.ofJob(settings, new Problems());
        JobGraph graph = Main.assemble(plan, false).getStreamGraph().getJobGraph();
        this.id = Cluster.CLUSTER.submitJob(graph).get().getJobID();
    }

    /** Settings by which tables of the database go to tables in the folder. */
    static Map<String, String> settings(TestDatabase database, String tables, Path folder) {
        Map<String, String> settings = new HashMap<>(database.settings(tables));
        settings.put("postgres.watch-interval", "100 ms");
        settings.put("iceberg.catalog.type", "hadoop");
        settings.put("iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString());
        settings.put("flink.execution.checkpointing.interval", "200 ms");
        settings.put("flink.restart-strategy.type", "none");
        settings.put("flink.parallelism.default", "2");
        return settings;
    }

    static WholeJob start(Map<String, String> settings) throws Exception {
        return new WholeJob(read(settings));
    }

    static WholeJob resume(Map<String, String> settings, String savepoint) throws Exception {
        Map<String, String> resumed = new HashMap<>(settings);
        resumed.put("flink." + StateRecoveryOptions.SAVEPOINT_PATH.key(), savepoint);
        return start(resumed);
    }

    private static Settings read(Map<String, String> settings) {
        Problems problems = new Problems();
        Settings read =
                Settings.of(Configuration.fromMap(settings), TestDatabase.secrets(TestDatabase.PASSWORD), problems);
        problems.throwIfAny();
        return read;
    }

    /** The rows of an Iceberg table, of which no job need run. */
    static List<String> rowsOf(Map<String, String> settings, String table) throws Exception {
        return Fixture.read(read(settings).iceberg(), table);
    }

    /** What all snapshots of an Iceberg table say of one thing, in all. */
    static long total(Map<String, String> settings, String table, String property) throws Exception {
        return Fixture.total(read(settings).iceberg(), table, property);
    }

    /** The highest position of what was written into an Iceberg table. */
    static Position newest(Map<String, String> settings, String table) throws Exception {
        return IcebergPlan.newest(read(settings).iceberg(), List.of(table));
    }

    /** How many snapshots an Iceberg table has. */
    static int snapshots(Map<String, String> settings, String table) throws Exception {
        return Fixture.countSnapshots(read(settings).iceberg(), table);
    }

    /** Somebody else changes an Iceberg table. */
    static void change(Map<String, String> settings, String table, Fixture.Change change) throws Exception {
        Fixture.change(read(settings).iceberg(), table, change);
    }

    /** Drops an Iceberg table. */
    static void drop(Map<String, String> settings, String table) throws Exception {
        Fixture.drop(read(settings).iceberg(), table);
    }

    /** The rows of the Iceberg table, as {@link Fixture#read} prints them; none if there is no such table. */
    List<String> rows(String table) throws Exception {
        try {
            return Fixture.read(settings.iceberg(), table);
        } catch (NoSuchTableException e) {
            return List.of();
        }
    }

    /** What each snapshot of the Iceberg table holds, the newest last, each as {@link #rows} gives it. */
    List<String> contents(String table) throws Exception {
        return Fixture.contents(settings.iceberg(), table);
    }

    /** What the rows of the Iceberg table's files are parted by, wherever there are such files. */
    Set<String> partitions(String table) throws Exception {
        return Fixture.partitions(settings.iceberg(), table);
    }

    void await(String table, String... rows) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!rows(table).equals(List.of(rows))) {
            ensureRuns();
            if (System.nanoTime() > deadline) {
                assertThat(rows(table)).as("table %s", table).containsExactly(rows);
            }
            Thread.sleep(50);
        }
    }

    /** Until rows of the table fit. */
    void await(String table, Predicate<List<String>> isWanted) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isWanted.test(rows(table))) {
            ensureRuns();
            assertThat(System.nanoTime()).as("table %s: %s", table, rows(table)).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** Until this job has committed so many snapshots of the table. */
    void awaitSnapshots(String table, int count) throws Exception {
        int before = Fixture.countSnapshots(settings.iceberg(), table);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (Fixture.countSnapshots(settings.iceberg(), table) < before + count) {
            ensureRuns();
            assertThat(System.nanoTime()).as("snapshots of table %s", table).isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    /** As the other, of which it says less. */
    void awaitRows(String what, String table, List<String> rows) throws Exception {
        long deadline = System.nanoTime() + 2 * PATIENCE_NANOS;
        while (!rows(table).equals(rows)) {
            ensureRuns();
            if (System.nanoTime() > deadline) {
                List<String> missing = new ArrayList<>(rows);
                missing.removeAll(rows(table));
                List<String> more = new ArrayList<>(rows(table));
                more.removeAll(rows);
                throw new AssertionError(what + ": of " + rows.size() + " rows " + missing.size() + " are missing, as "
                        + missing.stream().limit(5).toList() + ", and " + more.size() + " of "
                        + rows(table).size()
                        + " should not be there, as " + more.stream().limit(5).toList());
            }
            Thread.sleep(200);
        }
    }

    /** Takes a checkpoint, whatever the interval between them is. */
    void takeCheckpoint() throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        boolean isTaken = false;
        while (!isTaken) {
            ensureRuns();
            try {
                Cluster.CLUSTER.triggerCheckpoint(id, CheckpointType.CONFIGURED).get();
                isTaken = true;
            } catch (ExecutionException e) {
                // Its tasks are not up yet.
                assertThat(System.nanoTime()).as("%s", e).isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }

    /** Waits until so many checkpoints were completed, but at least one. */
    void awaitCheckpoint(Path checkpoints, int count) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String last = "";
        for (int seen = 0; seen <= count; ) {
            ensureRuns();
            String newest = newest(checkpoints);
            if (!newest.equals(last)) {
                seen++;
                last = newest;
            }
            assertThat(System.nanoTime()).as("no checkpoint in %s", checkpoints).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** Ends it as it is; the checkpoint from which it goes on. */
    String kill(Path checkpoints) throws Exception {
        awaitCheckpoint(checkpoints, 0);
        Cluster.CLUSTER.cancelJob(id).get();
        Cluster.CLUSTER.requestJobResult(id).get();
        ended = true;
        return newest(checkpoints);
    }

    /** The newest complete checkpoint of this job; empty if there is none. */
    private String newest(Path checkpoints) throws IOException {
        Path own = checkpoints.resolve(id.toString());
        if (!Files.isDirectory(own)) {
            return "";
        }
        try (Stream<Path> all = Files.list(own)) {
            return all.filter(path -> Files.exists(path.resolve("_metadata")))
                    .max(Comparator.comparingInt(path ->
                            Integer.parseInt(path.getFileName().toString().replace("chk-", ""))))
                    .map(path -> path.toUri().toString())
                    .orElse("");
        }
    }

    private void ensureRuns() throws Exception {
        if (Cluster.CLUSTER.getJobStatus(id).get().isGloballyTerminalState()) {
            ended = true;
            Cluster.CLUSTER
                    .requestJobResult(id)
                    .get()
                    .toJobExecutionResult(getClass().getClassLoader());
        }
    }

    /** What it ends by. */
    Throwable failure() throws Exception {
        Throwable failure = Cluster.CLUSTER
                .requestJobResult(id)
                .get(60, TimeUnit.SECONDS)
                .getSerializedThrowable()
                .orElseThrow();
        ended = true;
        return failure;
    }

    String stop(Path folder) throws Exception {
        String savepoint = Cluster.CLUSTER
                .stopWithSavepoint(
                        id, folder.resolve("savepoints").toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get();
        Cluster.CLUSTER.requestJobResult(id).get();
        ended = true;
        return savepoint;
    }

    @Override
    public void close() throws Exception {
        if (!ended) {
            Cluster.CLUSTER.cancelJob(id).get();
            Cluster.CLUSTER.requestJobResult(id).get();
        }
    }

    private static final class Cluster {
        private static final MiniCluster CLUSTER = start();

        private static MiniCluster start() {
            Configuration flink = new Configuration();
            // Threads of Iceberg's outlive the job that they began in, and load classes for all that come later.
            flink.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
            MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .setConfiguration(flink)
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
