package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are so few that the committer writes them. */
@ParameterizedClass
@EnumSource(Deletes.class)
class SmallRowsTest {

    private static final String TABLE = "people";

    @TempDir
    private Path directory;

    @Parameter
    private Deletes deletes;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = settings("16 kb");
    }

    private IcebergSettings settings(String most, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of("iceberg.small-rows", most));
        return Fixture.settings(deletes, directory, all.toArray(String[]::new));
    }

    private static void insertRows(SinkHarness job, long from, long to) throws Exception {
        for (long id = from; id < to; id++) {
            job.processByKey(insert(NARROW, id, "a"));
        }
    }

    @Test
    void rowsOfAllWritersAreOneFile() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 4)) {
            insertRows(job, 0, 40);
            job.checkpoint();
            assertThat(written()).hasSize(1);
            for (long id = 0; id < 40; id += 2) {
                job.processByKey(before(NARROW, id, "a"), after(NARROW, id, "b"));
            }
            job.processByKey(delete(NARROW, 1L), insert(NARROW, 50L, "x"), delete(NARROW, 50L));
            job.checkpoint();
            change(table -> assertThat(Stranger.dataFiles(table)).hasSize(2));
        }
        assertThat(rows()).hasSize(39).filteredOn(row -> row.contains("name=b")).hasSize(20);
        assertKeysAreNotNeeded();
    }

    @Test
    void aPartitionHasAFile() throws Exception {
        IcebergSettings byName = settings("16 kb", "tables.people.iceberg.partition-by", "name");
        try (SinkHarness job = SinkHarness.start(byName, 3)) {
            for (long id = 0; id < 30; id++) {
                job.processByKey(insert(NARROW, id, "p" + id % 3));
            }
            job.checkpoint();
            change(table -> assertThat(Stranger.dataFiles(table)).hasSize(3));
            for (long id = 0; id < 30; id += 5) {
                job.processByKey(before(NARROW, id, "p" + id % 3), after(NARROW, id, "p" + (id + 1) % 3));
            }
            job.checkpoint();
        }
        assertThat(rows()).hasSize(30).contains("{id=5, name=p0}", "{id=6, name=p0}", "{id=10, name=p2}");
        assertKeysAreNotNeeded();
    }

    @Test
    void moreRowsGoIntoFilesOfTheWriters() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings("200 b"), 2)) {
            insertRows(job, 0, 4);
            // Rows that are gone before they are written.
            job.processByKey(before(NARROW, 0L, "a"), after(NARROW, 0L, "b"), delete(NARROW, 1L));
            insertRows(job, 100, 300);
            job.processByKey(
                    before(NARROW, 0L, "b"), after(NARROW, 0L, "c"), before(NARROW, 2L), after(NARROW, 2L, "c"));
            job.checkpoint();
            change(table -> assertThat(Stranger.dataFiles(table))
                    .hasSize(2)
                    .allMatch(file -> name(file).matches("0000[01]-0-p.*")));
            job.processByKey(
                    before(NARROW, 0L, "c"), after(NARROW, 0L, "d"), before(NARROW, 3L), after(NARROW, 3L, "d"));
            job.checkpoint();
        }
        assertThat(rows())
                .hasSize(203)
                .contains("{id=0, name=d}", "{id=2, name=c}", "{id=3, name=d}")
                .doesNotContain("{id=1, name=a}");
        assertKeysAreNotNeeded();
    }

    @Test
    void whatWasNotCommittedIsInTheCheckpoint() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            insertRows(job, 0, 10);
            job.checkpoint();
            job.processByKey(before(NARROW, 3L, "a"), after(NARROW, 3L, "b"), insert(NARROW, 10L, "a"));
            state = job.snapshot();
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(rows()).hasSize(11).contains("{id=3, name=b}", "{id=10, name=a}");
            job.process(before(NARROW, 3L, "b"), after(NARROW, 3L, "c"), before(NARROW, 4L), after(NARROW, 4L, "c"));
            job.checkpoint();
        }
        assertThat(rows()).hasSize(11).contains("{id=3, name=c}", "{id=4, name=c}");
        assertKeysAreNotNeeded();
    }

    /** Its answer got lost, or its process: what it has written is written over. */
    @Test
    void aCommitThatIsTriedAgainLeavesNoFileBehind() throws Exception {
        List<TableFiles> handed;
        try (SinkHarness job = SinkHarness.start(settings, 3)) {
            insertRows(job, 0, 10);
            job.prepare();
            handed = job.handedOver();
            job.abandon();
        }
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.load(TABLE);
            List<TableFiles> once = new SmallFiles(table).write(handed);
            Collections.reverse(handed);
            List<TableFiles> again = new SmallFiles(table).write(handed);
            assertThat(again.get(0).dataFiles()).hasSameSizeAs(once.get(0).dataFiles());
            assertThat(written()).hasSize(1);
            new Commits(table, "main", "me").commit(1, "job", handed);
            assertThat(written()).hasSize(1);
        }
        assertThat(rows()).hasSize(10);
    }

    @Test
    void moreWritersThanANameTakesHaveSeveralFiles() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 20)) {
            insertRows(job, 0, 400);
            job.checkpoint();
            change(table -> {
                List<DataFile> files = Stranger.dataFiles(table);
                assertThat(files).hasSize(3);
                assertThat(files).allMatch(file -> name(file).length() < 256);
            });
            for (long id = 0; id < 400; id += 7) {
                job.processByKey(before(NARROW, id, "a"), after(NARROW, id, "b"));
            }
            job.checkpoint();
        }
        assertThat(rows())
                .hasSize(400)
                .filteredOn(row -> row.contains("name=b"))
                .hasSize(58);
        assertKeysAreNotNeeded();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyHistoryWithAnyNumberOfWritersEndsInTheSameRows(long seed) throws Exception {
        Random random = new Random(seed);
        IcebergSettings some = settings(
                List.of("16 kb", "150 b").get(random.nextInt(2)),
                "iceberg.keys-in-memory",
                Integer.toString(5 + random.nextInt(40)),
                "tables.people.iceberg.partition-by",
                random.nextBoolean() ? "bucket(3, id)" : "");
        TreeMap<Long, String> rows = new TreeMap<>();
        WriterStates states = null;
        for (int run = 0; run < 4; run++) {
            int writers = 1 + random.nextInt(4);
            SinkHarness job =
                    states == null ? SinkHarness.start(some, writers) : SinkHarness.restore(some, states, writers);
            try (job) {
                for (int checkpoint = 0; checkpoint < 4; checkpoint++) {
                    for (int i = random.nextInt(25); i >= 0; i--) {
                        change(job, rows, random);
                    }
                    states = job.withWriters();
                    List<String> expected = new ArrayList<>();
                    rows.forEach((id, name) -> expected.add("{id=" + id + ", name=" + name + "}"));
                    assertThat(rows()).containsExactlyInAnyOrderElementsOf(expected);
                }
            }
        }
        assertKeysAreNotNeeded();
    }

    private static void change(SinkHarness job, TreeMap<Long, String> rows, Random random) throws Exception {
        long id = random.nextInt(20);
        String old = rows.get(id);
        String name = "n" + random.nextInt(1000);
        if (old == null) {
            job.processByKey(insert(NARROW, id, name));
            rows.put(id, name);
        } else if (random.nextInt(4) == 0) {
            job.processByKey(delete(NARROW, id, old));
            rows.remove(id);
        } else {
            job.processByKey(before(NARROW, id, old), after(NARROW, id, name));
            rows.put(id, name);
        }
    }

    private void assertKeysAreNotNeeded() throws Exception {
        if (deletes != Deletes.EQUALITY) {
            assertThat(Fixture.equalityDeletes(settings, TABLE)).isZero();
        }
    }

    private static String name(DataFile file) {
        return Path.of(file.location()).getFileName().toString();
    }

    private List<Path> written() throws Exception {
        Path data = directory.resolve("shop/people/data");
        if (!Files.isDirectory(data)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.toString().endsWith(".parquet")).toList();
        }
    }

    private void change(Fixture.Change change) throws Exception {
        Fixture.change(settings, TABLE, change);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, TABLE);
    }
}
