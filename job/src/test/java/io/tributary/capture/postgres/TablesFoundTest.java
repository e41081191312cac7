package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.Newcomers;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.change.Rejected;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that begin to fit a pattern of the settings while the job runs. */
class TablesFoundTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = database.settings(tables);
        settings.put("postgres.watch-interval", "100 ms");
        settings.put("postgres.snapshot-chunk-rows", "200");
        return settings;
    }

    private void fill(String table) throws Exception {
        database.run(
                "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                "INSERT INTO " + table + " SELECT i, 'v' || i FROM generate_series(1, 1000) i");
    }

    private void change(String table, String value) throws Exception {
        database.run(
                "UPDATE " + table + " SET v = '" + value + "' WHERE id % 10 = 1",
                "DELETE FROM " + table + " WHERE id % 10 = " + value.length(),
                "INSERT INTO " + table + " SELECT max(id) + 1, '" + value + "' FROM " + table);
    }

    @Test
    void aTableIsReadBesideTheStreamAndStaysThroughFailuresAndRestarts(@TempDir Path savepoints) throws Exception {
        fill("a");
        try (Mirror mirror = Mirror.ofWholeRows()) {
            String savepoint;
            try (CaptureJob job = CaptureJob.of(settings("public.*;-public.not_*"))
                    .restarting()
                    .start()) {
                mirror.await(job, database, "a");
                fill("not_this");
                fill("b");
                change("b", "x");
                change("a", "x");
                mirror.await(job, database, "a", "b");
                assertThat(mirror.resynced("a")).as("it went on").isZero();
                // What was found is in the state, not in the settings that the job was started with.
                job.fail(0);
                job.fail(1);
                change("b", "xx");
                change("a", "xx");
                mirror.await(job, database, "a", "b");
                database.run(
                        "CREATE TABLE c (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                        "CREATE TABLE c_1 PARTITION OF c FOR VALUES FROM (0) TO (500)",
                        "CREATE TABLE c_2 PARTITION OF c DEFAULT",
                        "INSERT INTO c SELECT i, 'v' || i FROM generate_series(1, 1000) i");
                mirror.await(job, database, "a", "b", "c");
                change("c", "xx");
                mirror.await(job, database, "c");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            int resyncs = mirror.resynced("b");
            change("b", "xxx");
            change("c", "xxx");
            try (CaptureJob job = CaptureJob.of(settings("public.*;-public.not_*"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                mirror.await(job, database, "a", "b", "c");
                change("b", "xxxx");
                mirror.await(job, database, "a", "b", "c");
            }
            assertThat(mirror.resynced("b")).as("the state knew it").isEqualTo(resyncs);
            assertThat(mirror.entries("not_this")).isZero();
            assertThat(mirror.letters()).isEmpty();
        }
        assertThat(database.ask("SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables"))
                .isEqualTo("a b c");
    }

    @Test
    void aTableMayGoBeforeItIsRead() throws Exception {
        fill("a");
        fill("b");
        CaptureJob.Setup setup = CaptureJob.of(settings("public.*"));
        database.run("DROP TABLE b");
        try (Mirror mirror = Mirror.ofWholeRows();
                CaptureJob job = setup.restarting().start()) {
            mirror.await(job, database, "a");
            mirror.awaitLetters(job, 1);
            assertThat(mirror.letters())
                    .singleElement()
                    .extracting(Rejected::reason)
                    .asString()
                    .startsWith("Table public.b is gone: its rows stay in the targets");
            fill("b");
            mirror.await(job, database, "a", "b");
        }
    }

    /** All of its changes come from the first one on, so they come before anybody has looked for it. */
    @Test
    @FromVersion(value = 15, because = "publications may be of all tables of a schema")
    void aTableOfAPublishedSchemaIsTaken() throws Exception {
        fill("a");
        database.run(
                "CREATE PUBLICATION tributary FOR TABLES IN SCHEMA public WITH (publish_via_partition_root = true)");
        Map<String, String> settings = settings("public.*");
        settings.put("postgres.manage-publication", "false");
        try (Mirror mirror = Mirror.ofWholeRows();
                CaptureJob job = CaptureJob.of(settings).restarting().start()) {
            mirror.await(job, database, "a");
            fill("b");
            change("b", "x");
            mirror.await(job, database, "a", "b");
            change("b", "xx");
            mirror.await(job, database, "a", "b");
            assertThat(mirror.letters()).isEmpty();
            assertThat(mirror.resynced("a")).isZero();
        }
    }

    @Test
    void whatCannotBeCapturedIsSaidAndAllElseGoesOn() throws Exception {
        fill("a");
        database.run("CREATE SCHEMA other");
        PostgresPlan plan = PostgresPlan.of(TestDatabase.settings(settings("*.*")));
        Problems problems = new Problems();
        plan.check(problems);
        problems.throwIfAny();
        plan.admit(new Newcomers(
                NamePatterns.of(List.of("*", "-private_*")),
                Set.of("a", "totals"),
                Map.of("kafka.topics", NamePatterns.of(List.of("k_*"))),
                null));
        try (Mirror mirror = Mirror.ofWholeRows();
                CaptureJob job = CaptureJob.of(plan.start()).restarting().start()) {
            mirror.await(job, database, "a");
            database.run(
                    "CREATE TABLE keyless (id int)",
                    "CREATE TABLE other.\"A\" (id int PRIMARY KEY)",
                    "CREATE TABLE totals (id int PRIMARY KEY)",
                    "CREATE TABLE k_1 (id int PRIMARY KEY)",
                    "CREATE TABLE private_1 (id int PRIMARY KEY)");
            fill("b");
            change("a", "x");
            mirror.await(job, database, "a", "b");
            mirror.awaitLetters(job, 5);
            assertThat(mirror.letters())
                    .extracting(Rejected::reason)
                    .containsExactlyInAnyOrder(
                            "Table public.keyless fits a pattern of postgres.tables now, and is not captured: Table"
                                    + " public.keyless has no primary key; run ALTER TABLE \"public\".\"keyless\" ADD"
                                    + " PRIMARY KEY (<columns>), or set tables.keyless.key to columns that are unique and"
                                    + " run ALTER TABLE \"public\".\"keyless\" REPLICA IDENTITY FULL",
                            "Table other.A fits a pattern of postgres.tables now, and is not captured: it would go by the"
                                    + " name A in the pipeline, as table public.a does: list it with an alias,"
                                    + " other.A=<another name>, or leave it out with -other.A, and restart the job",
                            "Table public.totals fits a pattern of postgres.tables now, and is not captured: it would go by"
                                    + " the name totals in the pipeline, as something else does: give it another name there,"
                                    + " or leave it out, and restart the job",
                            "Table public.k_1 fits a pattern of postgres.tables now, and is not captured: it would go by the"
                                    + " name k_1 in the pipeline, as a table that fits a pattern of kafka.topics may: restart"
                                    + " the job to take it; or give the tables of one of the patterns other names,"
                                    + " =<name>_{table}",
                            "Table public.private_1 fits a pattern of postgres.tables now, and is not captured: it would be"
                                    + " read in vain, since sql.pass-through does not name private_1 and SQL files are"
                                    + " planned when the job starts: restart the job to take it, or leave it out");
            assertThat(database.ask("SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables"))
                    .as("the application can still write the others")
                    .isEqualTo("a b");
            // It is asked again.
            database.run("INSERT INTO keyless VALUES (1), (2)", "ALTER TABLE keyless ADD PRIMARY KEY (id)");
            mirror.await(job, database, "a", "b", "keyless");
            assertThat(mirror.letters()).hasSize(5);
        }
    }
}
