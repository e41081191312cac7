package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.load.Load;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.StandInWarehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a database to the warehouse's tables by files, and by files and the stream, while the job is killed and goes on. */
@Tag("slow")
final class LoadedFilesTest {

    private static final int ROWS = 500;

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private StandInWarehouse warehouse;
    private Map<String, String> options;
    private int landed;

    @BeforeEach
    void make() throws Exception {
        database.run("CREATE TABLE a (id BIGINT PRIMARY KEY, v TEXT)");
        database.run("CREATE TABLE b (id BIGINT PRIMARY KEY, v TEXT)");
        database.run("INSERT INTO a SELECT i, 'a' || i FROM generate_series(1, " + ROWS + ") AS i");
        database.run("INSERT INTO b SELECT i, 'b' || i FROM generate_series(1, " + ROWS + ") AS i");
        Files.writeString(Files.createDirectories(folder.resolve("sql")).resolve("lengths.sql"), """
                -- How many rows of a have a value of each length?
                -- key: length
                SELECT COALESCE(CHAR_LENGTH(v), 0) AS length, COUNT(*) AS n FROM a GROUP BY COALESCE(CHAR_LENGTH(v), 0)
                """);
    }

    @AfterEach
    void close() {
        if (warehouse != null) {
            warehouse.close();
        }
    }

    private Map<String, String> settings(Load load) {
        Map<String, String> settings = WholeJob.settings(database, "public.a;public.b", folder);
        settings.put("sql.pass-through", "*");
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("postgres.snapshot-chunk-rows", "50");
        settings.put("redshift.load", load.name());
        settings.put("redshift.files.location", folder.resolve("loads").toString());
        settings.put(
                "flink.execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        options = Map.of(
                "redshift.load", load.name(),
                "redshift.files.location", folder.resolve("loads").toString());
        return settings;
    }

    private void openWarehouse() throws Exception {
        warehouse = StandInWarehouse.open(options);
        warehouse.apply(
                schema("a", "id", "v", new VarCharType(VarCharType.MAX_LENGTH)),
                schema("b", "id", "v", new VarCharType(VarCharType.MAX_LENGTH)),
                schema("lengths", "length", "n", new BigIntType()));
    }

    private static Schema schema(String table, String key, String value, LogicalType type) {
        return Schema.of(table, List.of(Column.of(key, new BigIntType(false)), Column.of(value, type)), List.of(key));
    }

    private List<String> expected(String table) throws Exception {
        String query = table.equals("lengths")
                ? "SELECT COALESCE(CHAR_LENGTH(v), 0) || '|' || COUNT(*) AS r FROM a GROUP BY COALESCE(CHAR_LENGTH(v), 0)"
                : "SELECT id || '|' || v AS r FROM " + table;
        return Arrays.stream(database.ask("SELECT string_agg(r, E'\\n') FROM (" + query + ") AS rows")
                        .split("\n"))
                .sorted()
                .toList();
    }

    private List<String> rows(String table) throws Exception {
        return warehouse
                .query("SELECT * FROM (SELECT " + (table.equals("lengths") ? "length, n" : "id, v") + " FROM "
                        + warehouse.target(table) + ") AS t")
                .stream()
                .sorted()
                .toList();
    }

    private void merge() throws Exception {
        try (RedshiftRunner runner = warehouse.runnerOf(options, Set.of("a", "b", "lengths"))) {
            for (MergeStatus status : runner.mergeOnce()) {
                assertThat(status.problem()).as(status.table()).isNull();
            }
            assertThat(runner.landing())
                    .satisfies(landing -> assertThat(landing.problem()).isNull());
        }
    }

    /** What came to the stream since the last time. */
    private void land(PutRecordsServer kinesis) throws Exception {
        List<JsonNode> records = kinesis.records();
        for (; landed < records.size(); landed++) {
            warehouse.land(records.get(landed).toString());
        }
    }

    private void awaitAll(@Nullable PutRecordsServer kinesis) throws Exception {
        long end = System.nanoTime() + 120_000_000_000L;
        for (String table : List.of("a", "b", "lengths")) {
            List<String> expected = expected(table);
            while (!rows(table).equals(expected)) {
                assertThat(System.nanoTime())
                        .as(table + ": " + rows(table).size() + " rows")
                        .isLessThan(end);
                if (kinesis != null) {
                    land(kinesis);
                }
                merge();
                Thread.sleep(100);
            }
        }
    }

    private void change(Random random) throws Exception {
        for (int i = 0; i < 40; i++) {
            int id = random.nextInt(ROWS + 50);
            String table = random.nextBoolean() ? "a" : "b";
            database.run(
                    random.nextInt(4) == 0
                            ? "DELETE FROM " + table + " WHERE id = " + id
                            : "INSERT INTO " + table + " VALUES (" + id + ", '" + "x".repeat(random.nextInt(9))
                                    + "') ON CONFLICT (id) DO UPDATE SET v = EXCLUDED.v");
        }
    }

    @Test
    void aJobWithoutAStreamFillsTheWarehouseThroughKills() throws Exception {
        Map<String, String> settings = settings(Load.FILES);
        openWarehouse();
        Random random = new Random(7);
        String checkpoint = null;
        for (int start = 0; start < 4; start++) {
            try (WholeJob job = checkpoint == null ? WholeJob.start(settings) : WholeJob.resume(settings, checkpoint)) {
                for (int i = 0; i < 5; i++) {
                    change(random);
                    merge();
                }
                checkpoint = job.kill(folder.resolve("checkpoints"));
            }
        }
        try (WholeJob job = WholeJob.resume(settings, checkpoint)) {
            change(random);
            awaitAll(null);
            job.stop(folder);
        }
        assertThat(leftOf("manifests")).isEmpty();
    }

    @Test
    void whatIsReadComesInFilesAndWhatChangesThroughTheStreamWhileBothGoOn() throws Exception {
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            Map<String, String> settings = settings(Load.AUTO);
            settings.putAll(KinesisLaterTest.stream(kinesis));
            openWarehouse();
            Random random = new Random(8);
            String checkpoint = null;
            for (int start = 0; start < 3; start++) {
                try (WholeJob job =
                        checkpoint == null ? WholeJob.start(settings) : WholeJob.resume(settings, checkpoint)) {
                    for (int i = 0; i < 5; i++) {
                        change(random);
                        land(kinesis);
                        merge();
                    }
                    checkpoint = job.kill(folder.resolve("checkpoints"));
                }
            }
            try (WholeJob job = WholeJob.resume(settings, checkpoint)) {
                change(random);
                awaitAll(kinesis);
                job.stop(folder);
            }
            assertThat(kinesis.records())
                    .noneMatch(record -> record.path("_op").asText().equals("r"))
                    .anyMatch(record -> record.path("_op").asText().equals("u"));
        }
        assertThat(leftOf("manifests")).isEmpty();
    }

    private List<Path> leftOf(String what) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("loads").resolve(what))) {
            return files.toList();
        }
    }
}
