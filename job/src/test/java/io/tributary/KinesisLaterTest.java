package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that has filled Iceberg is resumed with a stream: all that there is comes there, and Iceberg is told nothing of it. */
@Tag("slow")
class KinesisLaterTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings() throws Exception {
        Map<String, String> settings = WholeJob.settings(database, "public.a;public.b", folder);
        settings.put("sql.pass-through", "*");
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("postgres.snapshot-chunk-rows", "50");
        settings.put(
                "flink.execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        return settings;
    }

    private Map<String, String> settings(PutRecordsServer kinesis) throws Exception {
        Map<String, String> settings = settings();
        settings.putAll(stream(kinesis));
        return settings;
    }

    static Map<String, String> stream(PutRecordsServer kinesis) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kinesis.stream", "changes");
        settings.put("kinesis.max-time-in-buffer", "50 ms");
        settings.put("kinesis.client.aws.region", "us-east-1");
        settings.put("kinesis.client.aws.endpoint", kinesis.address());
        settings.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
        settings.put("kinesis.client.aws.credentials.provider", "BASIC");
        settings.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
        settings.put("kinesis.client.aws.credentials.provider.basic.secretkey", "env:PASSWORD");
        return settings;
    }

    private TreeSet<String> expected(String query) throws Exception {
        return new TreeSet<>(Arrays.asList(database.ask("SELECT string_agg(r, E'\\n') FROM (" + query + ") AS rows")
                .split("\n")));
    }

    private TreeSet<String> expected(char table) throws Exception {
        return table == 'n'
                ? expected("SELECT id || '|' || v AS r FROM b WHERE id <= 100")
                : expected("SELECT id || '|' || v AS r FROM " + table);
    }

    /** What whoever takes the records has in the end: of each key the highest version. */
    private static TreeSet<String> told(PutRecordsServer kinesis, String table) {
        Map<Integer, JsonNode> newest = new TreeMap<>();
        for (JsonNode record : kinesis.records()) {
            if (record.path("_table").asText().equals(table) && record.has("id")) {
                newest.merge(
                        record.path("id").asInt(),
                        record,
                        (one, other) -> one.path("_version")
                                                .asText()
                                                .compareTo(
                                                        other.path("_version").asText())
                                        > 0
                                ? one
                                : other);
            }
        }
        TreeSet<String> rows = new TreeSet<>();
        newest.forEach((id, record) -> {
            if (!record.path("_op").asText().equals("d")) {
                rows.add(id + "|" + record.path("v").asText());
            }
        });
        return rows;
    }

    private void awaitTold(PutRecordsServer kinesis) throws Exception {
        for (String table : List.of("a", "b", "named")) {
            TreeSet<String> expected = expected(table.charAt(0));
            long end = System.nanoTime() + 120_000_000_000L;
            while (!told(kinesis, table).equals(expected) && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            assertThat(told(kinesis, table)).as(table).isEqualTo(expected);
        }
    }

    private void awaitIceberg(WholeJob job) throws Exception {
        for (String table : List.of("a", "b", "named")) {
            job.awaitRows(
                    table,
                    table,
                    expected(table.charAt(0)).stream()
                            .map(row -> "{id=" + row.replace("|", ", v=") + "}")
                            .sorted()
                            .toList());
        }
    }

    @Test
    void aStreamThatIsTurnedOnLaterGetsAllThatThereIs() throws Exception {
        Files.createDirectories(folder.resolve("sql"));
        Files.writeString(folder.resolve("sql/named.sql"), "-- key: id\nSELECT id, v FROM b WHERE id <= 100");
        for (String table : List.of("a", "b")) {
            database.run(
                    "CREATE TABLE " + table + " (id int PRIMARY KEY, v text NOT NULL)",
                    "INSERT INTO " + table + " SELECT i, 'v' || i FROM generate_series(1, "
                            + (table.equals("a") ? 100 : 150) + ") i");
        }
        String savepoint;
        try (WholeJob job = WholeJob.start(settings())) {
            awaitIceberg(job);
            savepoint = job.stop(folder);
        }
        Map<String, String> plain = settings();
        List<Integer> snapshots = List.of(WholeJob.snapshots(plain, "a"), WholeJob.snapshots(plain, "b"));
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            try (WholeJob job = WholeJob.resume(settings(kinesis), savepoint)) {
                savepoint = job.kill(folder.resolve("checkpoints"));
            }
            try (WholeJob job = WholeJob.resume(settings(kinesis), savepoint)) {
                awaitTold(kinesis);
                assertThat(List.of(WholeJob.snapshots(plain, "a"), WholeJob.snapshots(plain, "b")))
                        .as("Iceberg has had all of it")
                        .isEqualTo(snapshots);
                database.run(
                        "UPDATE a SET v = 'x' WHERE id % 10 = 1",
                        "UPDATE b SET v = 'y' WHERE id % 10 = 2",
                        "DELETE FROM b WHERE id > 100 AND id % 10 = 3",
                        "INSERT INTO b VALUES (1000, 'z')");
                awaitTold(kinesis);
                awaitIceberg(job);
                savepoint = job.stop(folder);
            }
        }
        savepoint = nothingIsToldAgain(savepoint);
        rowsOfAFileThatComputesRowByRowDoNotWaitForACheckpoint(savepoint);
    }

    private String nothingIsToldAgain(String savepoint) throws Exception {
        try (PutRecordsServer kinesis = PutRecordsServer.start();
                WholeJob job = WholeJob.resume(settings(kinesis), savepoint)) {
            database.run("UPDATE a SET v = 'w' WHERE id = 1", "UPDATE b SET v = 'w' WHERE id = 1");
            awaitIceberg(job);
            assertThat(List.of(told(kinesis, "a"), told(kinesis, "b"), told(kinesis, "named")))
                    .as("nothing is told again")
                    .isEqualTo(List.of(
                            new TreeSet<>(List.of("1|w")),
                            new TreeSet<>(List.of("1|w")),
                            new TreeSet<>(List.of("1|w"))));
            return job.stop(folder);
        }
    }

    private void rowsOfAFileThatComputesRowByRowDoNotWaitForACheckpoint(String savepoint) throws Exception {
        Map<String, String> seldom = settings();
        seldom.put("flink.execution.checkpointing.interval", "1 h");
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            seldom.putAll(stream(kinesis));
            try (WholeJob job = WholeJob.resume(seldom, savepoint)) {
                job.takeCheckpoint();
                int snapshots = WholeJob.snapshots(seldom, "named");
                long end = System.nanoTime() + 60_000_000_000L;
                for (int i = 0; told(kinesis, "named").isEmpty() && System.nanoTime() < end; i++) {
                    database.run("UPDATE b SET v = 'early " + i + "' WHERE id = 3");
                    Thread.sleep(100);
                }
                assertThat(told(kinesis, "named")).isNotEmpty().allMatch(row -> row.startsWith("3|early "));
                assertThat(WholeJob.snapshots(seldom, "named")).isEqualTo(snapshots);
            }
        }
    }
}
