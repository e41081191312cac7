package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.change.Schema;
import io.tributary.sink.iceberg.CountingFileIO.Count;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.SnapshotSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a commit of updates all over a table asks of an object store. With {@code -Dcost.files=500 -Dcost.updates=10000 -Dcost.rows=1000}
 * it is what decision 46 shows.
 */
@Tag("slow")
class CommitCostTest {

    private static final int FILES = Integer.getInteger("cost.files", 20);
    private static final int UPDATES = Integer.getInteger("cost.updates", 200);
    private static final int ROWS = Integer.getInteger("cost.rows", 20);
    private static final int COMMITS = Integer.getInteger("cost.commits", 3);

    private static final int TABLES = Integer.getInteger("cost.tables", 3);

    /** The first commit reads what the table consists of. */
    private static final int FIRST = 2;

    @TempDir
    private Path directory;

    /** With {@code -Dcost.tables=100} it is what decision 48 shows. */
    @ParameterizedTest
    @CsvSource({"16 kb, 2", "0, 2", "16 kb, 4", "0, 4"})
    void tablesOfFewChangesHaveOneFileEach(String smallRows, int parallelism) throws Exception {
        IcebergSettings settings = Fixture.settings(
                Deletes.POSITIONS,
                directory,
                "iceberg.catalog.io-impl",
                CountingFileIO.class.getName(),
                "iceberg.small-rows",
                smallRows);
        List<Schema> tables = new ArrayList<>();
        for (int table = 0; table < TABLES; table++) {
            tables.add(Schema.of("t" + table, NARROW.columns(), NARROW.keyNames()));
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (SinkHarness job = SinkHarness.start(settings, parallelism)) {
            Count start = Count.now();
            long cpu = 0;
            for (int commit = 0; commit < 2 * COMMITS; commit++) {
                if (commit == COMMITS) {
                    start = Count.now();
                    cpu = process.getProcessCpuTime();
                }
                for (Schema table : tables) {
                    for (long id = 0; id < 20; id++) {
                        if (commit == 0) {
                            job.processByKey(insert(table, id, "a"));
                        } else {
                            job.processByKey(before(table, id), after(table, id, "b" + commit));
                        }
                    }
                }
                job.checkpoint();
            }
            cpu = process.getProcessCpuTime() - cpu;
            Count cost = Count.now().since(start);
            System.out.printf(
                    "%d tables, small rows %s, %d subtasks: %s, %.1f ms of CPU a commit and table%n",
                    TABLES, smallRows, parallelism, cost.each(COMMITS * TABLES), cpu / 1e6 / COMMITS / TABLES);
        }
        long files = Fixture.total(settings, "t0", SnapshotSummary.ADDED_FILES_PROP);
        assertThat(files).isEqualTo(2 * COMMITS * (smallRows.equals("0") ? parallelism : 1));
        assertThat(Fixture.read(settings, "t0"))
                .hasSize(20)
                .allMatch(row -> row.contains("name=b" + (2 * COMMITS - 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "EQUALITY, 2, 1", "POSITIONS, 2, 1", "VECTORS, 2, 1",
        "EQUALITY, 4, 8", "POSITIONS, 4, 8", "VECTORS, 4, 8"
    })
    void requestsGrowWithSubtasksAndPartitionsNotWithFiles(Deletes deletes, int parallelism, int partitions)
            throws Exception {
        IcebergSettings settings = Fixture.settings(
                deletes,
                directory,
                "iceberg.catalog.io-impl",
                CountingFileIO.class.getName(),
                "iceberg.small-rows",
                "0",
                "tables.people.iceberg.partition-by",
                partitions == 1 ? "" : "bucket(" + partitions + ", id)");
        Random random = new Random(1);
        Map<Long, String> rows = new HashMap<>();
        WriterStates filled;
        int writers = Math.min(50, Math.max(1, FILES / partitions / 2));
        int checkpoints = Math.max(1, FILES / partitions / writers);
        try (SinkHarness job = SinkHarness.start(settings, writers)) {
            for (int checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
                for (int i = 0; i < FILES * ROWS / checkpoints; i++) {
                    long id = rows.size();
                    rows.put(id, "a");
                    job.processByKey(insert(NARROW, id, "a"));
                }
                job.checkpoint();
            }
            filled = job.withWriters();
        }
        try (SinkHarness job = SinkHarness.restore(settings, filled, parallelism)) {
            Count start = Count.now();
            for (int commit = 1; commit <= FIRST + COMMITS; commit++) {
                for (int i = 0; i < UPDATES; i++) {
                    long id = random.nextInt(rows.size());
                    rows.put(id, "b" + commit);
                    job.processByKey(before(NARROW, id), after(NARROW, id, "b" + commit));
                }
                job.checkpoint();
                start = commit == FIRST ? Count.now() : start;
            }
            Count cost = Count.now().since(start);
            System.out.printf(
                    "%s, %d subtasks, %d partitions: %s, %.1f delete files added%n",
                    deletes,
                    parallelism,
                    partitions,
                    cost.each(COMMITS),
                    Fixture.total(settings, "people", SnapshotSummary.ADDED_DELETE_FILES_PROP)
                            / (double) (FIRST + COMMITS));
            // A data file for each subtask and partition, besides a delete file for each partition, and the table's
            // metadata.
            long most = (parallelism * partitions + partitions + 7) * COMMITS;
            if (deletes == Deletes.POSITIONS) {
                assertThat(cost.requests()).isLessThanOrEqualTo(most);
            }
            if (deletes == Deletes.VECTORS) {
                // Of each commit before whose vectors still count the file is read, and the manifest written again,
                // without those that do so no longer.
                assertThat(cost.requests()).isLessThanOrEqualTo(most + 2 * (FIRST + COMMITS) * COMMITS);
            }
        }
        assertThat(Fixture.read(settings, "people"))
                .containsExactlyInAnyOrderElementsOf(rows.entrySet().stream()
                        .map(row -> "{id=" + row.getKey() + ", name=" + row.getValue() + "}")
                        .toList());
    }
}
