package io.tributary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.server.Era;
import io.tributary.change.Position;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs without state over targets that have rows: what went meanwhile goes. */
@Tag("slow")
class StartFromTargetsTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = WholeJob.settings(database, tables, folder);
        settings.put("sql.pass-through", "*");
        settings.put("postgres.snapshot-chunk-rows", "100");
        return settings;
    }

    private Map<String, String> fromTargets(String tables) {
        Map<String, String> settings = settings(tables);
        settings.put("start-from", "targets");
        return settings;
    }

    private void awaitEqual(WholeJob job, String... tables) throws Exception {
        for (String table : tables) {
            String rows = database.ask("SELECT string_agg(r, E'\\n' ORDER BY r COLLATE \"C\") FROM (SELECT '{id=' || id"
                    + " || ', v=' || v || '}' AS r FROM " + table + ") AS rows");
            job.await(table, rows == null ? new String[0] : rows.split("\n"));
        }
    }

    /** Without a savepoint, and with nothing in the log of what comes then. */
    private void runOnce(Map<String, String> settings, String... tables) throws Exception {
        try (WholeJob job = WholeJob.start(settings)) {
            awaitEqual(job, tables);
        }
        dropSlot();
    }

    private void dropSlot() throws Exception {
        database.await("count(*) = 0 FROM pg_replication_slots WHERE active AND slot_name = '" + database.slot() + "'");
        database.ask("SELECT count(pg_drop_replication_slot(slot_name)) FROM pg_replication_slots WHERE slot_name = '"
                + database.slot() + "'");
    }

    private void fill(String table, int rows) throws Exception {
        database.run(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, v text NOT NULL)",
                "INSERT INTO " + table + " SELECT i, 'v' || i FROM generate_series(1, " + rows + ") i");
    }

    @Test
    void whatWentWhileNoJobRanIsDeletedInAllTargets() throws Exception {
        fill("a", 500);
        fill("b", 300);
        fill("c", 5);
        runOnce(settings("public.a;public.b;public.c"), "a", "b", "c");
        database.run(
                "DELETE FROM a WHERE id % 10 = 0",
                "UPDATE a SET v = 'other' WHERE id % 10 = 1",
                "INSERT INTO a VALUES (1001, 'new')",
                "DELETE FROM a WHERE id = 7",
                "INSERT INTO a VALUES (7, 'again')",
                "TRUNCATE b",
                "INSERT INTO b VALUES (3, 'three'), (1000, 'thousand')",
                "DELETE FROM c");
        Map<String, String> settings = fromTargets("public.a;public.b;public.c");
        try (PutRecordsServer kinesis = PutRecordsServer.start()) {
            settings.put("kinesis.stream", "changes");
            settings.put("kinesis.max-time-in-buffer", "50 ms");
            settings.put("kinesis.client.aws.region", "us-east-1");
            settings.put("kinesis.client.aws.endpoint", kinesis.address());
            settings.put("kinesis.client.aws.http.protocol.version", "HTTP1_1");
            settings.put("kinesis.client.aws.credentials.provider", "BASIC");
            settings.put("kinesis.client.aws.credentials.provider.basic.accesskeyid", "local");
            settings.put("kinesis.client.aws.credentials.provider.basic.secretkey", "env:PASSWORD");
            try (WholeJob job = WholeJob.start(settings)) {
                awaitEqual(job, "a", "b", "c");
                database.run("DELETE FROM a WHERE id = 8", "INSERT INTO c VALUES (1, 'back')", "UPDATE b SET v = 'x'");
                awaitEqual(job, "a", "b", "c");
            }
            assertThat(kinesis.records().stream()
                            .filter(record -> record.path("_table").asText().equals("c"))
                            .filter(record -> record.path("_op").asText().equals("d"))
                            .map(record -> record.path("id").asInt())
                            .distinct())
                    .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
            assertThat(kinesis.records())
                    .extracting(StartFromTargetsTest::version)
                    .as("of an era that no job was in that had lost nothing")
                    .allMatch(version -> version.compareTo("0001") > 0);
        }
    }

    private static String version(JsonNode record) {
        return record.path("_version").asText();
    }

    @Test
    void eachRowIsWrittenOnceMoreAndOnlyWhatWentIsDeleted() throws Exception {
        fill("a", 300);
        runOnce(settings("public.a"), "a");
        database.run("DELETE FROM a WHERE id = 300");
        runOnce(fromTargets("public.a"), "a");
        assertThat(WholeJob.total(settings("public.a"), "a", "added-records")).isEqualTo(300 + 299);
        assertThat(WholeJob.total(settings("public.a"), "a", "added-equality-deletes"))
                .isEqualTo(299 + 1);
    }

    /** In a warehouse versions decide. */
    @Test
    void aJobFromNothingOutranksTargetsThatHaveAnEra() throws Exception {
        fill("a", 10);
        runOnce(settings("public.a"), "a");
        Position first = WholeJob.newest(settings("public.a"), "a");
        runOnce(fromTargets("public.a"), "a");
        database.run("UPDATE a SET v = 'once'");
        runOnce(fromTargets("public.a"), "a");
        Position before = WholeJob.newest(settings("public.a"), "a");
        assertThat(Era.number(first.major())).isZero();
        assertThat(Era.number(before.major())).isPositive();
        database.run("UPDATE a SET v = 'twice'");
        runOnce(settings("public.a"), "a");
        assertThat(Era.number(WholeJob.newest(settings("public.a"), "a").major()))
                .isEqualTo(Era.number(before.major()) + 1);
    }

    @Test
    void aJobThatIsKilledMeanwhileGoesOn() throws Exception {
        fill("a", 2000);
        runOnce(settings("public.a"), "a");
        database.run("DELETE FROM a WHERE id % 3 = 0", "UPDATE a SET v = 'other' WHERE id % 3 = 1");
        Map<String, String> slow = fromTargets("public.a");
        slow.put("postgres.snapshot-rows-per-second", "100");
        slow.put(
                "flink.execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        slow.put("flink.execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        try (WholeJob job = WholeJob.start(slow)) {
            job.awaitSnapshots("a", 3);
        }
        assertThat(WholeJob.rowsOf(slow, "a")).as("it was not done").hasSizeGreaterThan(1334);
        String killed = newest(folder.resolve("checkpoints"));
        database.run("DELETE FROM a WHERE id % 3 = 2 AND id < 100", "INSERT INTO a VALUES (3, 'again')");
        try (WholeJob job = WholeJob.resume(fromTargets("public.a"), killed)) {
            awaitEqual(job, "a");
        }
    }

    /** By then the targets have rows of two jobs. */
    @Test
    void aJobThatIsKilledAndHasNoStateStartsOnceMore() throws Exception {
        fill("a", 2000);
        runOnce(settings("public.a"), "a");
        database.run("DELETE FROM a WHERE id % 3 = 0");
        Map<String, String> slow = fromTargets("public.a");
        slow.put("postgres.snapshot-rows-per-second", "100");
        try (WholeJob job = WholeJob.start(slow)) {
            job.awaitSnapshots("a", 3);
        }
        dropSlot();
        database.run("DELETE FROM a WHERE id % 3 = 1", "INSERT INTO a VALUES (3, 'again')");
        try (WholeJob job = WholeJob.start(fromTargets("public.a"))) {
            awaitEqual(job, "a");
        }
    }

    private static String newest(Path checkpoints) throws IOException {
        Path newest = null;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(only(checkpoints), "chk-*")) {
            for (Path checkpoint : found) {
                boolean isNewer = newest == null || number(checkpoint) > number(newest);
                newest = isNewer && Files.exists(checkpoint.resolve("_metadata")) ? checkpoint : newest;
            }
        }
        return requireNonNull(newest).toUri().toString();
    }

    private static Path only(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.findFirst().orElseThrow();
        }
    }

    private static int number(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /** A key that is taken for another one would be deleted, although it is there. */
    @Test
    void keysOfAllTypesAreFound() throws Exception {
        database.run(
                "CREATE TABLE k (a int2, b int8, c numeric(12,3), d text, e uuid, f date, g timestamptz, h timestamp(3),"
                        + " i boolean, j bytea, l char(7), m numeric, n time, id varchar(3), o timestamp, p inet, v text,"
                        + " PRIMARY KEY (p, b, a, c, e, d, g, f, h, i, j, l, m, o, n, id))",
                "INSERT INTO k SELECT -i, i * 10000000000, i / 7.0, repeat('ä', i), md5(i::text)::uuid,"
                        + " date '1969-12-25' + i, timestamptz '1969-12-31 23:59:59.123456Z' + i * interval '1 minute',"
                        + " timestamp '2024-02-29 01:02:03.456' + i * interval '1 day', i % 2 = 0, decode(md5(i::text), 'hex'),"
                        + " 'c' || i, i / 3.0, time '01:02:03.456789' + i * interval '1 s', i,"
                        + " timestamp '0900-01-01' + i * interval '1 us', '10.0.0.1'::inet + i, 'v' || i"
                        + " FROM generate_series(1, 20) i");
        try (WholeJob job = WholeJob.start(settings("public.k"))) {
            job.await("k", rows -> rows.size() == 20);
        }
        dropSlot();
        database.run("DELETE FROM k WHERE -a % 2 = 0", "UPDATE k SET v = 'same'");
        try (WholeJob job = WholeJob.start(fromTargets("public.k"))) {
            job.await("k", rows -> rows.size() == 10 && rows.stream().allMatch(row -> row.contains("v=same")));
        }
    }

    @Test
    void partitionsThatFollowFromTheKeyAreFound() throws Exception {
        fill("a", 300);
        Map<String, String> settings = settings("public.a");
        settings.put("tables.a.iceberg.partition-by", "bucket(4, id)");
        runOnce(settings, "a");
        database.run("DELETE FROM a WHERE id % 3 = 0", "UPDATE a SET v = 'other' WHERE id % 3 = 1");
        settings.put("start-from", "targets");
        runOnce(settings, "a");
    }

    @Test
    void aTableOfPartitionsIsCompared() throws Exception {
        database.run(
                "CREATE TABLE a (id int PRIMARY KEY, v text NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE a1 PARTITION OF a FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE a2 PARTITION OF a FOR VALUES FROM (100) TO (1000)",
                "INSERT INTO a SELECT i, 'v' FROM generate_series(1, 300) i");
        runOnce(settings("public.a"), "a");
        database.run("ALTER TABLE a DETACH PARTITION a1", "DELETE FROM a WHERE id % 3 = 0");
        runOnce(fromTargets("public.a"), "a");
    }

    @Test
    void aJobThatHasStateGoesOnAsItBegan() throws Exception {
        fill("a", 10);
        String savepoint;
        try (WholeJob job = WholeJob.start(settings("public.a"))) {
            awaitEqual(job, "a");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(fromTargets("public.a"), savepoint)) {
            database.run("DELETE FROM a WHERE id = 1", "INSERT INTO a VALUES (11, 'new')");
            awaitEqual(job, "a");
        }
        dropSlot();
        database.run("DELETE FROM a WHERE id = 2", "CREATE TABLE b (id int PRIMARY KEY, v text)");
        String both = "public.a;public.b";
        String other;
        try (WholeJob job = WholeJob.start(fromTargets(both))) {
            awaitEqual(job, "a");
            database.run("INSERT INTO b VALUES (1, 'b'), (2, 'b')");
            awaitEqual(job, "b");
            other = job.stop(folder);
        }
        database.run("DELETE FROM a WHERE id = 3", "DELETE FROM b WHERE id = 1");
        for (Map<String, String> settings : List.of(fromTargets(both), settings(both))) {
            try (WholeJob job = WholeJob.resume(settings, other)) {
                database.run("UPDATE a SET v = v || 'x'");
                awaitEqual(job, "a", "b");
                other = job.stop(folder);
            }
        }
    }

    @Test
    void rowsThatAreKnownByAnotherKeyAreNotCompared() throws Exception {
        fill("a", 3);
        runOnce(settings("public.a"), "a");
        database.run("ALTER TABLE a DROP CONSTRAINT a_pkey", "ALTER TABLE a ADD PRIMARY KEY (v)");
        try (WholeJob job = WholeJob.start(fromTargets("public.a"))) {
            assertThat(job.failure())
                    .rootCause()
                    .hasMessageContaining("has rows that are known by [id], and the key is [v] now");
        }
    }

    /** Two tables, and files of which one joins them, one adds up what the first makes, and one reads a table alone. */
    private Map<String, String> files(int orders) throws Exception {
        database.run(
                "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL)",
                "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, amount int)",
                "INSERT INTO customers SELECT i, 'n' || i FROM generate_series(1, 9) i",
                "INSERT INTO orders SELECT i, i % 9 + 1, i FROM generate_series(1, " + orders + ") i");
        Files.createDirectory(folder.resolve("sql"));
        file("named", "-- key: id\nSELECT o.id, c.name, o.amount FROM orders o JOIN customers c ON c.id = o.customer");
        file("sums", "-- key: name\nSELECT name, SUM(amount) AS amount FROM named GROUP BY name");
        file("small", "-- key: id\nSELECT id, amount FROM orders WHERE amount < 50");
        Map<String, String> settings = WholeJob.settings(database, "public.customers;public.orders", folder);
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "customers");
        settings.put("postgres.snapshot-chunk-rows", "100");
        return settings;
    }

    private void file(String table, String text) throws IOException {
        Files.writeString(folder.resolve("sql").resolve(table + ".sql"), text);
    }

    private List<String> named() throws Exception {
        return rows("SELECT '{amount=' || amount || ', id=' || o.id || ', name=' || name || '}' AS r FROM orders o"
                + " JOIN customers c ON c.id = o.customer");
    }

    private void awaitFiles(WholeJob job) throws Exception {
        job.awaitRows("named", "named", named());
        job.awaitRows(
                "sums",
                "sums",
                rows("SELECT '{amount=' || sum(amount) || ', name=' || name || '}' AS r FROM orders o JOIN customers c"
                        + " ON c.id = o.customer GROUP BY name"));
        job.awaitRows(
                "small",
                "small",
                rows("SELECT '{amount=' || amount || ', id=' || id || '}' AS r FROM orders WHERE amount < 50"));
        job.awaitRows(
                "customers", "customers", rows("SELECT '{id=' || id || ', name=' || name || '}' AS r FROM customers"));
    }

    private List<String> rows(String query) throws Exception {
        String rows =
                database.ask("SELECT string_agg(r, E'\\n' ORDER BY r COLLATE \"C\") FROM (" + query + ") AS rows");
        return rows == null ? List.of() : List.of(rows.split("\n"));
    }

    @Test
    void tablesOfSqlFilesAreReplacedWhenAllOfThemIsKnown() throws Exception {
        Map<String, String> settings = files(1000);
        List<String> before = named();
        int first;
        try (WholeJob job = WholeJob.start(settings)) {
            awaitFiles(job);
            first = job.contents("named").size();
        }
        dropSlot();
        database.run(
                "DELETE FROM orders WHERE id % 3 = 0",
                "DELETE FROM customers WHERE id = 1",
                "UPDATE orders SET amount = amount + 7 WHERE id % 3 = 1",
                "INSERT INTO orders VALUES (2000, 2, 1)");
        settings.put("start-from", "targets");
        settings.put("postgres.snapshot-rows-per-second", "400");
        try (WholeJob job = WholeJob.start(settings)) {
            awaitFiles(job);
            List<String> contents = job.contents("named");
            assertThat(contents.subList(first, contents.size()))
                    .as("no reader saw a part of the new rows")
                    .isSubsetOf("[]", before.toString(), named().toString());
            database.run("DELETE FROM orders WHERE id % 3 = 1", "UPDATE customers SET name = 'x' WHERE id = 2");
            awaitFiles(job);
        }
    }

    @Test
    void aJobThatIsKilledBeforeItReplacesTablesDoesSoWhenItGoesOn() throws Exception {
        Map<String, String> settings = files(1000);
        try (WholeJob job = WholeJob.start(settings)) {
            awaitFiles(job);
        }
        dropSlot();
        List<String> before = named();
        database.run("DELETE FROM orders WHERE id % 3 = 0", "UPDATE orders SET amount = -id WHERE id % 3 = 1");
        settings.put("start-from", "targets");
        Map<String, String> slow = new HashMap<>(settings);
        slow.put("postgres.snapshot-rows-per-second", "100");
        Path checkpoints = folder.resolve("checkpoints");
        slow.put("flink.execution.checkpointing.dir", checkpoints.toUri().toString());
        slow.put("flink.execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        String killed;
        try (WholeJob job = WholeJob.start(slow)) {
            job.awaitCheckpoint(checkpoints, 3);
            killed = job.kill(checkpoints);
        }
        assertThat(WholeJob.rowsOf(settings, "named")).as("it was not done").isEqualTo(before);
        database.run("DELETE FROM orders WHERE id % 3 = 2 AND id < 100", "INSERT INTO orders VALUES (3, 4, 5)");
        try (WholeJob job = WholeJob.resume(settings, killed)) {
            awaitFiles(job);
        }
    }

    /** What no job without state can add to: other keys, and partitions that do not follow from the key. */
    @Test
    void aTableOfASqlFileMayBecomeAnotherOne() throws Exception {
        Map<String, String> settings = files(100);
        settings.put("tables.small.iceberg.partition-by", "amount");
        try (WholeJob job = WholeJob.start(settings)) {
            awaitFiles(job);
        }
        dropSlot();
        database.run("DELETE FROM orders WHERE id % 3 = 0", "UPDATE orders SET amount = amount + 1 WHERE id % 3 = 1");
        file("sums", "-- key: customer\nSELECT customer, COUNT(*) AS orders FROM orders GROUP BY customer");
        settings.put("start-from", "targets");
        try (WholeJob job = WholeJob.start(settings)) {
            job.awaitRows(
                    "sums",
                    "sums",
                    rows("SELECT '{customer=' || customer || ', orders=' || count(*) || '}' AS r FROM orders"
                            + " GROUP BY customer"));
            job.awaitRows(
                    "small",
                    "small",
                    rows("SELECT '{amount=' || amount || ', id=' || id || '}' AS r FROM orders WHERE amount < 50"));
        }
    }
}
