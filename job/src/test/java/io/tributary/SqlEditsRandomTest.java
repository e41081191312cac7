package io.tributary;

import io.tributary.capture.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SQL files that are edited at random, over rows that change at random, in a job that is stopped and killed, also while it fills what
 * is new: in the end each table is what PostgreSQL makes of the same SQL, whatever other columns come and go. {@code -Dedits=50} for many runs.
 */
@Tag("slow")
class SqlEditsRandomTest {

    private static final int ORDERS = 4000;
    private static final int CUSTOMERS = 40;
    private static final int EDITS = 4;

    /** By table, the ways in which it may be made; the columns stand in order of their names. */
    private static final Map<String, List<Made>> MADE = Map.of(
            "named",
            List.of(
                    new Made(
                            "id",
                            "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer",
                            "id",
                            "name"),
                    new Made(
                            "id",
                            "SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer"
                                    + " WHERE o.amount > 50",
                            "id",
                            "name"),
                    new Made(
                            "id",
                            "SELECT o.id, UPPER(c.name) AS name, o.amount FROM orders o"
                                    + " JOIN customers c ON c.id = o.customer",
                            "amount",
                            "id",
                            "name")),
            "totals",
            List.of(
                    new Made(
                            "customer",
                            "SELECT customer, COUNT(*) AS orders, SUM(amount) AS total FROM orders GROUP BY customer",
                            "customer",
                            "orders",
                            "total"),
                    new Made(
                            "customer",
                            "SELECT customer, COUNT(*) AS orders, SUM(amount) AS total FROM orders"
                                    + " WHERE amount < 90 GROUP BY customer",
                            "customer",
                            "orders",
                            "total")),
            // The first three compute row by row, unless the table is read.
            "plain",
            List.of(
                    new Made("id", "SELECT id, amount * 2 AS amount FROM orders", "amount", "id"),
                    new Made("id", "SELECT id, amount FROM orders WHERE amount > 30", "amount", "id"),
                    new Made(
                            "id",
                            "SELECT id, amount, 'no ' || CAST(customer AS VARCHAR) AS whose FROM orders",
                            "amount",
                            "id",
                            "whose"),
                    new Made(
                            "id",
                            "SELECT o.id, o.amount FROM orders o JOIN customers c ON c.id = o.customer",
                            "amount",
                            "id")),
            "loud",
            List.of(
                    new Made("id", "SELECT id, UPPER(name) AS name FROM named", "id", "name"),
                    new Made("id", "SELECT id, name FROM named WHERE id < 1000", "id", "name"),
                    new Made("id", "SELECT id, amount + 1 AS more FROM plain", "id", "more")));

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, Made> files = new TreeMap<>();

    @TempDir
    private Path folder;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("edits", 2));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void tablesAreWhatTheDatabaseMakesOfTheSameSql(long seed) throws Exception {
        Random random = new Random(seed);
        database.run(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, amount int NOT NULL)",
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, " + CUSTOMERS + ") i",
                "INSERT INTO orders SELECT i, i % " + (CUSTOMERS + 5) + " + 1, i % 100 FROM generate_series(1, "
                        + ORDERS + ") i");
        Files.createDirectory(folder.resolve("sql"));
        put("named", random);
        put("totals", random);
        put("plain", random);
        Map<String, String> settings = settings(seed);
        String from = null;
        for (int edit = 0; edit <= EDITS; edit++) {
            try (WholeJob job = from == null ? WholeJob.start(settings) : WholeJob.resume(settings, from)) {
                change(random);
                boolean isWaited = edit == EDITS || random.nextInt(3) == 0;
                if (isWaited) {
                    awaitAll(job, "seed " + seed + ", edit " + edit + ", " + files);
                } else {
                    job.awaitCheckpoint(folder.resolve("checkpoints"), random.nextInt(4));
                }
                if (edit == EDITS) {
                    return;
                }
                change(random);
                from = random.nextBoolean() ? job.stop(folder) : job.kill(folder.resolve("checkpoints"));
            }
            edit(random);
        }
    }

    private Map<String, String> settings(long seed) {
        Map<String, String> settings =
                new HashMap<>(WholeJob.settings(database, "public.orders;public.customers", folder));
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("sql.pass-through", "customers");
        settings.put("flink.execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        settings.put(
                "flink.execution.checkpointing.dir",
                folder.resolve("checkpoints").toUri().toString());
        settings.put("flink.state.backend.type", seed % 2 == 0 ? "rocksdb" : "hashmap");
        return settings;
    }

    private void change(Random random) throws Exception {
        int rest = random.nextInt(17);
        database.run(
                switch (random.nextInt(7)) {
                    // Columns that no file reads.
                    case 5 -> "ALTER TABLE orders ADD COLUMN IF NOT EXISTS unread int NOT NULL DEFAULT " + rest;
                    case 6 -> "ALTER TABLE orders DROP COLUMN IF EXISTS unread";
                    case 0 -> "UPDATE orders SET amount = (amount + 37) % 100 WHERE id % 17 = " + rest;
                    case 1 -> "DELETE FROM orders WHERE id % 17 = " + rest;
                    case 2 ->
                        "INSERT INTO orders SELECT i, i % " + CUSTOMERS + ", i % 100 FROM generate_series(1, " + ORDERS
                                + ") i WHERE i % 17 = " + rest
                                + " ON CONFLICT (id) DO UPDATE SET customer = EXCLUDED.customer";
                    case 3 -> "UPDATE customers SET name = name || 'x' WHERE id % 7 = " + rest % 7;
                    default -> "UPDATE orders SET id = id + 100000 WHERE id % 97 = " + rest;
                });
    }

    private void edit(Random random) throws IOException {
        for (String table : List.of("named", "totals", "plain", "loud")) {
            if (random.nextInt(3) == 0) {
                put(table, random);
            }
        }
        if (random.nextInt(4) == 0) {
            files.remove("loud");
            Files.deleteIfExists(folder.resolve("sql/loud.sql"));
        }
    }

    private void put(String table, Random random) throws IOException {
        List<Made> all = MADE.get(table);
        Made made = all.get(random.nextInt(all.size()));
        files.put(table, made);
        Files.writeString(folder.resolve("sql/" + table + ".sql"), "-- key: " + made.key + "\n" + made.sql);
    }

    private void awaitAll(WholeJob job, String what) throws Exception {
        database.run("DROP VIEW IF EXISTS loud, named, plain");
        database.run("CREATE VIEW named AS " + files.get("named").sql);
        database.run("CREATE VIEW plain AS " + files.get("plain").sql);
        for (Map.Entry<String, Made> file : files.entrySet()) {
            List<String> expected = expected(file.getValue());
            job.awaitRows(what + ", table " + file.getKey(), file.getKey(), expected);
        }
    }

    private List<String> expected(Made made) throws Exception {
        List<String> columns = new ArrayList<>();
        for (String column : made.columns) {
            columns.add("'" + column + "=' || coalesce(" + column + "::text, 'null')");
        }
        String rows = database.ask("SELECT string_agg('{' || " + String.join(" || ', ' || ", columns)
                + " || '}', E'\\n') FROM (" + made.sql + ") q");
        return rows == null
                ? List.of()
                : Stream.of(rows.split("\n")).sorted(Comparator.naturalOrder()).toList();
    }

    private record Made(String key, String sql, String... columns) {
        @Override
        public String toString() {
            return sql;
        }
    }
}
