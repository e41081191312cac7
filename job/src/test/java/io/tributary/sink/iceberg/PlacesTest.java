package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are deleted by their places, and by their keys where somebody else has moved them. */
@Tag("slow")
class PlacesTest {

    private static final String TABLE = "people";

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(Deletes.POSITIONS, directory);
    }

    @Test
    void aCommitHasOneDeleteFileWhateverItDeletes() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            for (int file = 0; file < 10; file++) {
                for (long id = 0; id < 10; id++) {
                    job.processByKey(insert(NARROW, file * 10 + id, "a"));
                }
                job.checkpoint();
            }
            for (long id = 0; id < 100; id += 3) {
                job.processByKey(before(NARROW, id), after(NARROW, id, "b"));
            }
            job.processByKey(
                    delete(NARROW, 50L), insert(NARROW, 50L, "c"), before(NARROW, 50L), after(NARROW, 50L, "d"));
            job.checkpoint();
        }
        assertThat(rows())
                .hasSize(100)
                .filteredOn(row -> row.contains("name=b"))
                .hasSize(34);
        assertThat(rows()).contains("{id=50, name=d}");
        change(table -> {
            List<DeleteFile> files = Fixture.deleteFiles(table);
            assertThat(files).singleElement().satisfies(file -> {
                assertThat(file.content()).isEqualTo(FileContent.POSITION_DELETES);
                assertThat(file.recordCount()).isEqualTo(36);
            });
        });
    }

    @Test
    void aPartitionHasOneOfItsOwnWhereverTheRowGoes() throws Exception {
        IcebergSettings byName =
                Fixture.settings(Deletes.POSITIONS, directory, "tables.people.iceberg.partition-by", "name");
        try (SinkHarness job = SinkHarness.start(byName)) {
            for (long id = 0; id < 30; id++) {
                job.process(insert(NARROW, id, "p" + id % 3));
            }
            job.checkpoint();
            for (long id = 0; id < 30; id += 2) {
                job.process(before(NARROW, id, "p" + id % 3), after(NARROW, id, "p" + (id + 1) % 3));
            }
            job.checkpoint();
        }
        assertThat(rows()).hasSize(30).contains("{id=2, name=p0}", "{id=3, name=p0}");
        change(table -> {
            List<DeleteFile> files = Fixture.deleteFiles(table);
            assertThat(files).hasSize(3).allMatch(file -> file.content() == FileContent.POSITION_DELETES);
            assertThat(files)
                    .extracting(file -> file.partition().get(0, String.class))
                    .containsExactlyInAnyOrder("p0", "p1", "p2");
        });
    }

    @Test
    void manyDeletesComeInAFileThatIsGoneAfterTheCommit() throws Exception {
        int keys = 150_000;
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < keys; id++) {
                job.process(insert(NARROW, id, "a"));
            }
            job.checkpoint();
            for (long id = 0; id < keys; id++) {
                job.process(delete(NARROW, id));
            }
            job.process(insert(NARROW, 5L, "b"));
            OperatorSubtaskState state = job.snapshot();
            assertThat(files(".places")).hasSize(1);
            assertThat(state).isNotNull();
            job.complete();
        }
        assertThat(rows()).containsExactly("{id=5, name=b}");
        assertThat(files(".places")).isEmpty();
        assertThat(equalityDeletes()).isZero();
    }

    @Test
    void filesOfManyDeletesAreDeletedWithTheOthersOnFailure() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < 150_000; id++) {
                job.process(insert(NARROW, id, "a"));
            }
            job.checkpoint();
            for (long id = 0; id < 150_000; id++) {
                job.process(delete(NARROW, id));
            }
            assertThat(files(".places")).hasSize(1);
            job.fail();
            assertThat(files(".places")).isEmpty();
        }
    }

    @Test
    void aFileHasOneVectorHoweverOftenItsRowsAreDeleted() throws Exception {
        settings = Fixture.settings(Deletes.VECTORS, directory);
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < 10; id++) {
                job.process(insert(NARROW, id, "a"));
            }
            job.checkpoint();
            for (long id = 0; id < 6; id++) {
                job.process(delete(NARROW, id));
                job.checkpoint();
            }
            change(Stranger::expireSnapshots);
            job.process(before(NARROW, 6L), after(NARROW, 6L, "b"), before(NARROW, 6L), after(NARROW, 6L, "c"));
            job.checkpoint();
        }
        assertThat(rows()).containsExactly("{id=6, name=c}", "{id=7, name=a}", "{id=8, name=a}", "{id=9, name=a}");
        change(table -> {
            List<DeleteFile> live = new ArrayList<>();
            try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
                tasks.forEach(task -> live.addAll(task.deletes()));
            }
            assertThat(live).extracting(DeleteFile::recordCount).containsExactlyInAnyOrder(7L, 1L);
            assertThat(live).allMatch(file -> file.format() == FileFormat.PUFFIN);
        });
    }

    /** The key's next row is found by its place again. */
    @Test
    void rowsThatSomebodyHasMovedAreDeletedByTheirKeysOnce() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.checkpoint();
            change(Stranger::rewriteDataFiles);
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), delete(NARROW, 2L));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=3, name=a}");
            assertThat(equalityDeletes()).isEqualTo(2);
            job.process(before(NARROW, 1L), after(NARROW, 1L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=c}", "{id=3, name=a}");
            assertThat(equalityDeletes()).isEqualTo(2);
        }
    }

    /** A key that changes several times in the checkpoint: only its first row was moved. */
    @Test
    void rowsThatChangeOftenAfterTheyWereMovedAreThereOnce() throws Exception {
        IcebergSettings small = Fixture.settings(Deletes.POSITIONS, directory, "iceberg.keys-in-memory", "2");
        try (SinkHarness job = SinkHarness.start(small)) {
            for (long id = 0; id < 9; id++) {
                job.process(insert(NARROW, id, "a"));
            }
            job.checkpoint();
            change(Stranger::rewriteDataFiles);
            change(Stranger::expireSnapshots);
            for (int round = 0; round < 3; round++) {
                for (long id = 0; id < 9; id++) {
                    job.process(before(NARROW, id), after(NARROW, id, "r" + round));
                }
            }
            job.process(delete(NARROW, 8L));
            job.checkpoint();
            assertThat(rows()).hasSize(8).allMatch(row -> row.contains("name=r2"));
        }
    }

    @Test
    void rowsOfATableThatWasRolledBackAreDeletedByTheirKeys() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), insert(NARROW, 2L, "a"));
            job.checkpoint();
            change(table -> table.manageSnapshots()
                    .rollbackTo(table.currentSnapshot().parentId())
                    .commit());
            job.process(before(NARROW, 1L), after(NARROW, 1L, "c"), before(NARROW, 2L), after(NARROW, 2L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=c}", "{id=2, name=c}");
        }
    }

    @Test
    void rowsThatSomebodyHasDeletedDoNoHarm() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"));
            job.checkpoint();
            change(table -> table.newDelete()
                    .deleteFromRowFilter(Expressions.alwaysTrue())
                    .commit());
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), delete(NARROW, 2L));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}");
        }
    }

    /** As of a job that was resumed from a savepoint without places, or one of which they got lost. */
    @Test
    void rowsWhosePlacesAreNotKnownAreDeletedByTheirKeys() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"));
            job.checkpoint();
            job.forgetPlaces();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), insert(NARROW, 3L, "a"));
            job.forgetPlaces();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "c"), before(NARROW, 3L), after(NARROW, 3L, "c"));
            job.process(before(NARROW, 2L), after(NARROW, 2L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=c}", "{id=2, name=c}", "{id=3, name=c}");
            assertThat(equalityDeletes()).isEqualTo(2);
        }
    }

    /** Between the look at the table's files and the commit. */
    @Test
    void rowsThatAreMovedWhileTheyAreCommittedAreDeletedByTheirKeys() throws Exception {
        List<TableFiles> changed = new ArrayList<>();
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.prepare();
            changed.addAll(job.handedOver());
            job.abandon();
            Runnable rewriting = () -> {
                try {
                    change(Stranger::rewriteDataFiles);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            Table overtaken = new BaseTable(new OvertakenOperations(warehouse.load(TABLE), rewriting), TABLE);
            assertThat(new Commits(overtaken, "main", "me").commit(2, "job", changed))
                    .as("rows deleted by their keys")
                    .isEqualTo(1);
        }
        assertThat(rows()).containsExactly("{id=1, name=b}", "{id=2, name=a}");
        assertThat(equalityDeletes()).isEqualTo(1);
    }

    @Test
    void aReplacementLeavesNothingOfBeforeToBeDeleted() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "old"), insert(NARROW, 2L, "old"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "older"));
            job.process(ChangelogRow.replacement(NARROW, Position.of(1_000_000, 0), 0));
            job.process(delete(NARROW, 2L), insert(NARROW, 3L, "new"), before(NARROW, 3L), after(NARROW, 3L, "newer"));
            job.checkpoint();
            job.process(before(NARROW, 3L), after(NARROW, 3L, "newest"));
            job.checkpoint();
        }
        assertThat(rows()).containsExactly("{id=1, name=older}", "{id=3, name=newest}");
        assertThat(equalityDeletes()).isZero();
    }

    /** Random changes, failures, restores, and strangers that rewrite files and expire snapshots. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensTheTableHasTheRows(long seed) throws Exception {
        Random random = new Random(seed);
        IcebergSettings some = Fixture.settings(
                seed > 4 ? Deletes.VECTORS : Deletes.POSITIONS,
                directory,
                "iceberg.keys-in-memory",
                Integer.toString(5 + random.nextInt(40)),
                "tables.people.iceberg.partition-by",
                random.nextBoolean() ? "bucket(2, id)" : "",
                "iceberg.small-rows",
                random.nextInt(3) * 100 + " b");
        boolean hasStrangers = seed % 2 == 0;
        TreeMap<Long, String> committed = new TreeMap<>();
        SinkHarness job = SinkHarness.start(some);
        OperatorSubtaskState state = null;
        try {
            for (int checkpoint = 0; checkpoint < 12; checkpoint++) {
                TreeMap<Long, String> rows = new TreeMap<>(committed);
                for (int i = random.nextInt(30); i >= 0; i--) {
                    change(job, rows, random);
                }
                if (state != null && random.nextInt(4) == 0) {
                    job.fail();
                    job.close();
                    job = SinkHarness.restore(some, job.checkpointId(), state);
                } else {
                    state = job.checkpoint();
                    committed = rows;
                }
                if (hasStrangers && random.nextInt(3) == 0 && !committed.isEmpty()) {
                    change(Stranger::rewriteDataFiles);
                    change(random.nextBoolean() ? Stranger::expireSnapshots : table -> {});
                }
                List<String> expected = new ArrayList<>();
                committed.forEach((id, name) -> expected.add("{id=" + id + ", name=" + name + "}"));
                assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected);
            }
        } finally {
            job.close();
        }
        if (!hasStrangers) {
            assertThat(equalityDeletes()).isZero();
        }
    }

    static void change(SinkHarness job, TreeMap<Long, String> rows, Random random) throws Exception {
        long id = random.nextInt(20);
        String name = "n" + random.nextInt(1000);
        String old = rows.get(id);
        if (old == null) {
            job.process(insert(NARROW, id, name));
            rows.put(id, name);
        } else if (random.nextInt(4) == 0) {
            job.process(delete(NARROW, id, old));
            rows.remove(id);
        } else {
            job.process(before(NARROW, id, old), after(NARROW, id, name));
            rows.put(id, name);
        }
    }

    private void change(Fixture.Change change) throws Exception {
        Fixture.change(settings, TABLE, change);
    }

    private long equalityDeletes() throws Exception {
        return Fixture.equalityDeletes(settings, TABLE);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, TABLE);
    }

    private List<Path> files(String ending) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
