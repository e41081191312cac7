package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg tables that somebody dropped, emptied, rolled back or wants otherwise while no job ran: each gets all of its rows. */
@Tag("slow")
class LostRowsTest {

    private static final List<String> TABLES = List.of("dropped", "reverted", "thinned", "emptied", "parted", "whole");

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings() throws Exception {
        Map<String, String> settings = WholeJob.settings(database, "public.*", folder);
        settings.put("sql.pass-through", "*");
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("postgres.snapshot-chunk-rows", "50");
        settings.put(
                "flink.execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        return settings;
    }

    private void fill() throws Exception {
        Files.createDirectories(folder.resolve("sql"));
        Files.writeString(
                folder.resolve("sql/counted.sql"),
                "-- key: v\nSELECT COALESCE(v, '') AS v, COUNT(*) AS n FROM whole GROUP BY COALESCE(v, '')");
        for (String table : TABLES) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                    "INSERT INTO " + table + " SELECT i, 'v' || i % 7 FROM generate_series(1, 200) i");
        }
    }

    private List<String> expected(String table) throws Exception {
        String rows = database.ask("SELECT string_agg(r, E'\\n' ORDER BY r COLLATE \"C\") FROM (SELECT '{id=' || id"
                + " || ', v=' || v || '}' AS r FROM " + table + ") AS rows");
        return rows == null ? List.of() : List.of(rows.split("\n"));
    }

    private void awaitEqual(WholeJob job) throws Exception {
        for (String table : TABLES) {
            job.awaitRows(table, table, expected(table));
        }
        String counted = database.ask("SELECT string_agg(r, E'\\n' ORDER BY r COLLATE \"C\") FROM (SELECT '{n=' ||"
                + " count(*) || ', v=' || v || '}' AS r FROM whole GROUP BY v) AS rows");
        job.awaitRows("counted", "counted", List.of(counted.split("\n")));
    }

    private static Snapshot first(org.apache.iceberg.Table table) {
        return table.snapshots().iterator().next();
    }

    /** One of its files goes, which no rule of the table's speaks of. */
    private static void thin(org.apache.iceberg.Table table) throws Exception {
        DataFile file;
        try (CloseableIterable<FileScanTask> files = table.newScan().planFiles()) {
            file = files.iterator().next().file();
        }
        table.newDelete().deleteFile(file).commit();
    }

    @Test
    void eachTableGetsAllOfItsRows() throws Exception {
        fill();
        Map<String, String> settings = settings();
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            awaitEqual(job);
            for (String table : TABLES) {
                database.run(
                        "DELETE FROM " + table + " WHERE id % 10 = 0", "UPDATE " + table + " SET v = 'w' WHERE id = 1");
            }
            awaitEqual(job);
            savepoint = job.stop(folder);
        }
        WholeJob.drop(settings, "dropped");
        for (String table : List.of("reverted", "counted")) {
            WholeJob.change(
                    settings,
                    table,
                    found -> found.manageSnapshots()
                            .setCurrentSnapshot(first(found).snapshotId())
                            .commit());
        }
        WholeJob.change(settings, "thinned", LostRowsTest::thin);
        WholeJob.change(
                settings,
                "emptied",
                found -> found.newDelete()
                        .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysTrue())
                        .commit());
        settings.put("tables.parted.iceberg.partition-by", "v");
        for (String table : TABLES) {
            database.run(
                    "DELETE FROM " + table + " WHERE id % 10 = 1",
                    "UPDATE " + table + " SET v = 'x' WHERE id % 10 = 2",
                    "INSERT INTO " + table + " VALUES (1000, 'y')");
        }
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            for (String table : TABLES) {
                database.run(
                        "DELETE FROM " + table + " WHERE id % 10 = 3", "INSERT INTO " + table + " VALUES (3, 'z')");
            }
            savepoint = job.kill(folder.resolve("checkpoints"));
        }
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            for (String table : TABLES) {
                database.run(
                        "UPDATE " + table + " SET v = 'x' WHERE id % 10 = 4", "DELETE FROM " + table + " WHERE id = 5");
            }
            awaitEqual(job);
            assertThat(job.partitions("parted")).containsExactly("v");
            savepoint = job.stop(folder);
        }
        int snapshots = WholeJob.snapshots(settings, "dropped");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            for (String table : TABLES) {
                database.run(
                        "UPDATE " + table + " SET v = 'a' WHERE id % 10 = 6", "DELETE FROM " + table + " WHERE id = 7");
            }
            awaitEqual(job);
            assertThat(WholeJob.snapshots(settings, "dropped"))
                    .as("nothing is read again that is whole")
                    .isLessThan(snapshots + 4);
        }
    }

    @Test
    void aTableStaysAsItIsIfThatIsWanted() throws Exception {
        fill();
        Map<String, String> settings = settings();
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            awaitEqual(job);
            savepoint = job.stop(folder);
        }
        WholeJob.change(settings, "thinned", LostRowsTest::thin);
        List<String> left = WholeJob.rowsOf(settings, "thinned");
        settings.put("iceberg.on-lost-rows", "keep");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("INSERT INTO whole VALUES (1000, 'y')");
            job.awaitRows("whole", "whole", expected("whole"));
            assertThat(job.rows("thinned")).isEqualTo(left);
        }
    }

    /** The reader flink-cdc reads no table twice. */
    @Test
    void whatIsNotReadAgainIsFilledFromTheStateOrRefused() throws Exception {
        Files.createDirectories(folder.resolve("sql"));
        Files.writeString(
                folder.resolve("sql/counted.sql"),
                "-- key: v\nSELECT COALESCE(v, '') AS v, COUNT(*) AS n FROM kept GROUP BY COALESCE(v, '')");
        for (String table : List.of("kept", "hashed")) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                    "INSERT INTO " + table + " SELECT i, 'v' || i % 7 FROM generate_series(1, 50) i");
        }
        Map<String, String> settings = settings();
        settings.put("postgres.tables", "public.kept;public.hashed");
        settings.put("postgres.reader", "flink-cdc");
        settings.remove("postgres.snapshot-chunk-rows");
        settings.remove("postgres.watch-interval");
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.awaitRows("kept", "kept", expected("kept"));
            job.awaitRows("hashed", "hashed", expected("hashed"));
            savepoint = job.stop(folder);
        }
        WholeJob.drop(settings, "kept");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("DELETE FROM kept WHERE id = 1", "INSERT INTO kept VALUES (1000, 'y')");
            job.awaitRows("kept", "kept", expected("kept"));
            savepoint = job.stop(folder);
        }
        WholeJob.drop(settings, "hashed");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            assertThat(job.failure())
                    .rootCause()
                    .hasMessageContaining("Table hashed does not hold checkpoint ")
                    .hasMessageContaining("The job has hashes of its rows alone. Roll it back");
        }
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            settings.putAll(KinesisLaterTest.stream(kinesis));
            try (WholeJob job = WholeJob.resume(settings, savepoint)) {
                assertThat(job.failure())
                        .rootCause()
                        .hasMessageContaining(
                                "Kinesis is new to the state that the job was resumed from, which has hashes"
                                        + " alone of the rows of table hashed: turn Kinesis off again");
            }
        }
    }
}
