package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that tends its tables: files become few, and rows stay what they are, wherever they are by then. */
class MaintenanceTest {

    private static final String TABLE = "people";
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private IcebergSettings settings(Deletes deletes, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of(
                "iceberg.catalog.io-impl",
                LocalFileIO.class.getName(),
                "iceberg.maintenance.interval",
                "10 s",
                "iceberg.maintenance.snapshot-age",
                "0 s"));
        return Fixture.settings(deletes, directory, all.toArray(String[]::new));
    }

    /** With a round of maintenance after it. */
    private static OperatorSubtaskState tended(SinkHarness job) throws Exception {
        job.pass(INTERVAL);
        return job.checkpoint();
    }

    @ParameterizedTest
    @EnumSource(value = Deletes.class, names = "VECTORS", mode = EnumSource.Mode.EXCLUDE)
    void smallFilesAndTheirDeletesBecomeOneFile(Deletes deletes) throws Exception {
        IcebergSettings settings = settings(deletes);
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < 8; id++) {
                job.process(insert(NARROW, id, "a"), insert(NARROW, 100 + id, "a"));
                job.checkpoint();
            }
            job.process(before(NARROW, 3L), after(NARROW, 3L, "b"), delete(NARROW, 104L));
            tended(job);
            Fixture.change(settings, TABLE, table -> {
                assertThat(tasks(table)).hasSize(1);
                assertThat(table.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
                assertThat(table.currentSnapshot().summary())
                        .containsEntry(Commits.CHECKPOINT, "9")
                        .containsKeys(Commits.SINK, Commits.POSITION, Commits.TIMESTAMP);
                assertThat(Fixture.snapshots(table))
                        .as("older ones have expired")
                        .hasSize(1);
            });
            // Rows of the file change as before.
            for (long id = 0; id < 8; id++) {
                job.process(before(NARROW, id), after(NARROW, id, "c"));
            }
            job.process(delete(NARROW, 100L));
            tended(job);
            assertThat(Fixture.read(settings, TABLE))
                    .hasSize(14)
                    .filteredOn(row -> row.contains("name=c"))
                    .hasSize(8);
            if (deletes == Deletes.POSITIONS) {
                Fixture.change(
                        settings, TABLE, table -> assertThat(deleteFiles(table)).isEmpty());
                assertThat(Fixture.equalityDeletes(settings, TABLE)).isZero();
            }
        }
    }

    @Test
    void nothingIsLeftThatNoSnapshotHas() throws Exception {
        IcebergSettings settings = settings(Deletes.POSITIONS);
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < 8; id++) {
                job.process(insert(NARROW, id, "a"));
                job.checkpoint();
            }
            tended(job);
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            tended(job);
        }
        Fixture.change(settings, TABLE, table -> {
            Set<String> live = new HashSet<>();
            tasks(table)
                    .forEach(task -> live.add(
                            Path.of(task.file().location()).getFileName().toString()));
            deleteFiles(table)
                    .forEach(file -> live.add(Path.of(file).getFileName().toString()));
            try (Stream<Path> files = Files.walk(directory.resolve("shop/people/data"))) {
                assertThat(files.filter(Files::isRegularFile)
                                .map(file -> file.getFileName().toString())
                                .filter(name -> !name.endsWith(".crc")))
                        .containsExactlyInAnyOrderElementsOf(live);
            }
        });
    }

    /** Somebody else deletes rows of the files meanwhile. */
    @Test
    void whatIsOvertakenLeavesTheTableAsItIs() throws Exception {
        IcebergSettings settings = settings(Deletes.POSITIONS);
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            for (long id = 0; id < 8; id++) {
                job.process(insert(NARROW, id, "a"));
                job.checkpoint();
            }
            Table table = warehouse.load(TABLE);
            Runnable stranger = () -> {
                try {
                    Fixture.change(settings, TABLE, Stranger::rewriteDataFiles);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            Table overtaken = new BaseTable(new OvertakenOperations(table, stranger), TABLE);
            Maintenance round = new Maintenance(overtaken, "main", Map.of(Commits.SINK, "me"), settings.maintenance());
            Assertions.assertThatThrownBy(round::run).isInstanceOf(ValidationException.class);
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.checkpoint();
            assertThat(Fixture.read(settings, TABLE)).hasSize(8).contains("{id=1, name=b}");
        }
    }

    /** Random changes, failures, restores, rounds of maintenance, and strangers. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 7})
    void whateverHappensTheTableHasTheRows(long seed) throws Exception {
        Random random = new Random(seed);
        Deletes deletes = Deletes.values()[(int) seed % 3];
        IcebergSettings settings = settings(
                deletes,
                "iceberg.keys-in-memory",
                Integer.toString(5 + random.nextInt(40)),
                "tables.people.iceberg.partition-by",
                random.nextBoolean() ? "bucket(2, id)" : "",
                "iceberg.small-rows",
                random.nextInt(3) * 100 + " b");
        boolean hasStrangers = seed > 5;
        TreeMap<Long, String> committed = new TreeMap<>();
        SinkHarness job = SinkHarness.start(settings);
        OperatorSubtaskState state = null;
        int rounds = 0;
        try {
            for (int checkpoint = 0; checkpoint < 16; checkpoint++) {
                TreeMap<Long, String> rows = new TreeMap<>(committed);
                for (int i = random.nextInt(12); i >= 0; i--) {
                    PlacesTest.change(job, rows, random);
                }
                if (state != null && random.nextInt(6) == 0) {
                    job.fail();
                    job.close();
                    job = SinkHarness.restore(settings, job.checkpointId(), state);
                } else {
                    state = random.nextInt(3) == 0 ? tended(job) : job.checkpoint();
                    committed = rows;
                }
                if (hasStrangers && random.nextInt(5) == 0 && !committed.isEmpty()) {
                    Fixture.change(settings, TABLE, Stranger::rewriteDataFiles);
                }
                List<String> expected = new ArrayList<>();
                committed.forEach((id, name) -> expected.add("{id=" + id + ", name=" + name + "}"));
                assertThat(Fixture.read(settings, TABLE)).containsExactlyInAnyOrderElementsOf(expected);
                rounds += isTended(settings) ? 1 : 0;
            }
        } finally {
            job.close();
        }
        if (deletes != Deletes.VECTORS) {
            assertThat(rounds).isPositive();
        }
        if (deletes == Deletes.POSITIONS && !hasStrangers) {
            assertThat(Fixture.equalityDeletes(settings, TABLE)).isZero();
        }
    }

    private static boolean isTended(IcebergSettings settings) throws Exception {
        boolean[] is = new boolean[1];
        Fixture.change(settings, TABLE, table -> {
            Snapshot newest = table.currentSnapshot();
            is[0] = newest != null
                    && newest.operation().equals(DataOperations.REPLACE)
                    && newest.summary().containsKey(Commits.SINK);
        });
        return is[0];
    }

    private static List<FileScanTask> tasks(Table table) throws Exception {
        List<FileScanTask> all = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(all::add);
        }
        return all;
    }

    private static Set<String> deleteFiles(Table table) throws Exception {
        Set<String> files = new HashSet<>();
        for (FileScanTask task : tasks(table)) {
            task.deletes().forEach(file -> files.add(file.location()));
        }
        return files;
    }
}
