package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static io.tributary.query.ShopTables.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.MetricsPage;
import io.tributary.change.ChangelogRow;
import io.tributary.settings.Problems;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dimension table in a real database of its own. */
@Tag("slow")
final class LookupJoinTest {

    @TempDir
    private Path sql;

    @TempDir
    private Path temporary;

    @Test
    void joinsWhatAnotherDatabaseSaysWhenTheRowComes() throws Exception {
        Files.writeString(sql.resolve("regional.sql"), """
                -- key: id
                SELECT o.id, o.status, r.region
                FROM orders AS o
                LEFT JOIN regions FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.customer = o.customer_id
                """);
        Files.writeString(sql.resolve("everything.sql"), "-- key: id\nSELECT * FROM orders");
        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            execute(
                    database,
                    "CREATE SCHEMA crm",
                    "CREATE TABLE crm.regions (customer bigint PRIMARY KEY, region text)",
                    "INSERT INTO crm.regions VALUES (1, 'north'), (2, 'south')");
            try (SqlJob job = SqlJob.start(settings(database), ShopTables.ALL)) {
                job.send(List.of(insert(ORDERS, "10|1|new"), insert(ORDERS, "11|3|new")))
                        .await(target -> target.rows("regional").equals(List.of("10|new|north", "11|new|-")));

                execute(database, "UPDATE crm.regions SET region = 'east'");
                job.send(List.of(before(ORDERS, "10|1|new"), after(ORDERS, "10|1|paid")))
                        .await(target -> target.rows("regional").equals(List.of("10|paid|east", "11|new|-"))
                                && target.rows("everything").equals(List.of("10|1|paid|-", "11|3|new|-")));
                MetricsPage.assertThatSectionTells("Systems that are waited for", "io.tributary.settings");
            }
        }
    }

    /** Some of them at a time when the other database said something else, and after a restart. */
    @Test
    void takesBackRowsThatAreJoinedWithTheSame() throws Exception {
        Files.writeString(sql.resolve("regional.sql"), """
                -- key: id
                SELECT o.id, r.region
                FROM orders AS o
                LEFT JOIN regions FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.customer = o.customer_id
                """);
        Files.writeString(sql.resolve("per_region.sql"), """
                -- key: region
                SELECT COALESCE(r.region, '-') AS region, COUNT(*) AS orders
                FROM orders AS o
                LEFT JOIN regions FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.customer = o.customer_id
                GROUP BY COALESCE(r.region, '-')
                """);
        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            execute(
                    database,
                    "CREATE SCHEMA crm",
                    "CREATE TABLE crm.regions (customer bigint, region text)",
                    "INSERT INTO crm.regions VALUES (1, 'north')");
            String savepoint;
            List<ChangelogRow> earlier;
            try (SqlJob job = SqlJob.start(settings(database), ShopTables.ALL)) {
                job.send(List.of(insert(ORDERS, "10|1|new"), insert(ORDERS, "11|1|new"), insert(ORDERS, "12|1|new")))
                        .await(target -> target.rows("regional").equals(List.of("10|north", "11|north", "12|north"))
                                && target.rows("per_region").equals(List.of("north|3")));
                execute(database, "UPDATE crm.regions SET region = 'east'");
                job.send(List.of(delete(ORDERS, "11|1|new"), insert(ORDERS, "13|1|new")))
                        .await(target -> target.rows("regional").equals(List.of("10|north", "12|north", "13|east"))
                                && target.rows("per_region").equals(List.of("east|1", "north|2")));
                savepoint = job.stopWithSavepoint(temporary);
                earlier = job.entries();
            }
            try (SqlJob job = SqlJob.resume(settings(database), ShopTables.ALL, savepoint)) {
                job.send(List.of(delete(ORDERS, "12|1|new"), after(ORDERS, "10|7|new")));
                job.awaitAfter(
                        earlier,
                        target -> target.rows("regional").equals(List.of("10|-", "13|east"))
                                && target.rows("per_region").equals(List.of("-|1", "east|1")));
                job.send(List.of(delete(ORDERS, "10|7|new"), delete(ORDERS, "13|1|new")));
                job.awaitAfter(
                        earlier,
                        target -> target.rows("regional").isEmpty()
                                && target.rows("per_region").isEmpty());
            }
        }
    }

    /** Capitals and reserved words, a database that is restarted while a row waits, and one that is not there at first. */
    @Test
    void namesAreThoseOfTheDatabaseAndAnOutageIsWaitedOut(@TempDir Path data) throws Exception {
        Files.writeString(sql.resolve("regional.sql"), """
                -- key: id
                SELECT o.id, r.`Region`, r.`order`
                FROM orders AS o
                LEFT JOIN regions FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.`Customer` = o.customer_id
                """);
        EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
        execute(
                database,
                "CREATE SCHEMA \"Crm\"",
                "CREATE TABLE \"Crm\".\"Regions\" (\"Customer\" bigint PRIMARY KEY, \"Region\" text, \"order\" int)",
                "INSERT INTO \"Crm\".\"Regions\" VALUES (1, 'north', 7), (2, 'south', 8)");
        Map<String, String> settings = new HashMap<>(settings(database));
        settings.put("sql.lookup.regions.table", "Crm.Regions");
        settings.put("sql.lookup.regions.columns", "Customer BIGINT;Region STRING;order INT");
        assertThat(lookupProblems(settings)).isEmpty();
        try (SqlJob job = SqlJob.start(settings, ShopTables.ALL)) {
            job.send(List.of(insert(ORDERS, "10|1|new")))
                    .await(target -> target.rows("regional").equals(List.of("10|north|7")));

            int port = database.getPort();
            database.close();
            job.send(List.of(insert(ORDERS, "11|2|new")));
            database = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();

            job.await(target -> target.rows("regional").equals(List.of("10|north|7", "11|south|8")));
        } finally {
            database.close();
        }
    }

    @Test
    void whatCannotBeReadIsADeadLetterUntilItCan() throws Exception {
        Files.writeString(sql.resolve("regional.sql"), """
                -- key: id
                SELECT o.id, o.status, r.region
                FROM orders AS o
                JOIN regions FOR SYSTEM_TIME AS OF o.proc_time AS r ON r.customer = o.customer_id
                """);
        Files.writeString(sql.resolve("everything.sql"), "-- key: id\nSELECT id, status FROM orders");
        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            execute(
                    database,
                    "CREATE SCHEMA crm",
                    "CREATE TABLE crm.regions (customer bigint, region text)",
                    "INSERT INTO crm.regions VALUES (1, 'north'), (2, 'south')");
            Map<String, String> settings = new HashMap<>(settings(database));
            settings.put("patience", "1 s");
            try (SqlJob job = SqlJob.start(settings, ShopTables.ALL)) {
                job.send(List.of(insert(ORDERS, "10|1|new"), insert(ORDERS, "11|2|new")))
                        .await(target -> target.rows("regional").equals(List.of("10|new|north", "11|new|south")));

                execute(database, "ALTER TABLE crm.regions ALTER region TYPE int USING customer");
                job.send(List.of(after(ORDERS, "10|1|paid"), insert(ORDERS, "12|1|new"), insert(ORDERS, "13|2|new")))
                        .await(target -> target.rows("regional").equals(List.of("11|new|south"))
                                && target.rows("everything").equals(List.of("10|paid", "11|new", "12|new", "13|new")));
                while (job.letters().size() < 3) {
                    Thread.sleep(20);
                }
                assertThat(job.letters())
                        .hasSize(3)
                        .allMatch(letter -> "regional".equals(letter.table()))
                        .allMatch(letter -> letter.reason()
                                .contains(
                                        "regional.sql cannot compute this row: The lookup table regions cannot be read:"
                                                + " class java.lang.Integer cannot be cast to class java.lang.String"))
                        .allMatch(letter -> letter.reason()
                                .endsWith("The table goes without it until it changes, or is shown to the file again,"
                                        + " with resync --for"));

                execute(database, "DROP TABLE crm.regions");
                job.send(List.of(after(ORDERS, "11|2|sent"), delete(ORDERS, "13|2|new")))
                        .await(target -> target.rows("regional").isEmpty()
                                && target.rows("everything").equals(List.of("10|paid", "11|sent", "12|new")));
                while (job.letters().size() < 4) {
                    Thread.sleep(20);
                }
                assertThat(job.letters())
                        .hasSize(4)
                        .last()
                        .satisfies(letter ->
                                assertThat(letter.reason()).contains("relation \"crm.regions\" does not exist"));

                execute(
                        database,
                        "CREATE TABLE crm.regions (customer bigint, region text)",
                        "INSERT INTO crm.regions VALUES (1, 'north'), (2, 'east')");
                job.send(List.of(after(ORDERS, "11|2|back"), after(ORDERS, "12|1|old")))
                        .await(target -> target.rows("regional").equals(List.of("11|back|east", "12|old|north")));
                job.send(List.of(delete(ORDERS, "12|1|old"), delete(ORDERS, "10|1|paid")))
                        .await(target -> target.rows("regional").equals(List.of("11|back|east"))
                                && target.rows("everything").equals(List.of("11|back")));
            }
        }
    }

    @Test
    void whatCannotBeReadIsSaidBeforeTheStart() throws Exception {
        try (EmbeddedPostgres database = EmbeddedPostgres.start()) {
            execute(
                    database,
                    "CREATE SCHEMA crm",
                    "CREATE TABLE crm.regions (customer bigint PRIMARY KEY, region uuid, since timestamptz)");
            Map<String, String> settings = new HashMap<>(settings(database));
            settings.put("sql.lookup.regions.columns", "customer INT;regoin STRING;region STRING");

            assertThat(lookupProblems(settings))
                    .containsExactly(
                            "sql.lookup.regions.columns: customer is int8 in the database, which cannot be read as INT:"
                                    + " name another type, or a view that casts it",
                            "sql.lookup.regions.columns: the table crm.regions has no column regoin; did you mean region?",
                            "sql.lookup.regions.columns: region is uuid in the database, which cannot be read as"
                                    + " STRING: name another type, or a view that casts it");

            settings.put("sql.lookup.regions.table", "crm.Regions");
            assertThat(lookupProblems(settings))
                    .singleElement()
                    .asString()
                    .startsWith("sql.lookup.regions: the table crm.Regions cannot be read: ")
                    .contains("does not exist");
        }
    }

    private static List<String> lookupProblems(Map<String, String> settings) {
        Problems problems = new Problems();
        Queries.checkLookups(QueriesTest.settings(settings, problems), problems);
        return problems.sentences();
    }

    private Map<String, String> settings(EmbeddedPostgres database) {
        return Map.of(
                "sql.directory", sql.toString(),
                "sql.lookup.regions.url", database.getJdbcUrl("postgres", "postgres"),
                "sql.lookup.regions.username", "postgres",
                "sql.lookup.regions.password", "env:REGIONS_PASSWORD",
                "sql.lookup.regions.table", "crm.regions",
                "sql.lookup.regions.columns", "customer BIGINT;region STRING",
                "sql.lookup.regions.cache-rows", "0");
    }

    private static void execute(EmbeddedPostgres database, String... statements) throws Exception {
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
