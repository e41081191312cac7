package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resumed job reads tables that are new in its settings beside the stream, and so those that come back. */
@Tag("slow")
class TablesAddedTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = database.settings(tables);
        settings.put("postgres.watch-interval", "200 ms");
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
    void aTableThatIsNewInTheSettingsIsReadBesideTheStream(@TempDir Path savepoints) throws Exception {
        fill("a");
        fill("b");
        try (Mirror mirror = Mirror.ofWholeRows()) {
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings("public.a"))) {
                mirror.await(job, database, "a");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            change("a", "xx");
            change("b", "xx");
            int before = mirror.entries("a");
            try (CaptureJob job = CaptureJob.of(settings("public.a;public.b"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                change("b", "xxx");
                mirror.await(job, database, "a", "b");
                change("b", "xxxx");
                mirror.await(job, database, "a", "b");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            assertThat(mirror.resynced("a")).as("it went on").isZero();
            assertThat(mirror.entries("a") - before).isLessThan(600);
            // Nothing of the job looks at it for a while.
            try (CaptureJob job = CaptureJob.of(settings("public.a"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                change("a", "xxxxx");
                change("b", "xxxxx");
                mirror.await(job, database, "a");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            try (CaptureJob job = CaptureJob.of(settings("public.a;public.b"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                mirror.await(job, database, "a", "b");
                assertThat(mirror.letters()).isEmpty();
            }
        }
    }

    /** What was read of it is given up, and what was not is never read. */
    @Test
    void aTableMayGoBeforeItsSnapshotIsComplete(@TempDir Path savepoints) throws Exception {
        fill("a");
        fill("b");
        Map<String, String> both = settings("public.a;public.b");
        both.put("postgres.snapshot-rows-per-second", "300");
        try (Mirror mirror = Mirror.ofWholeRows()) {
            String savepoint;
            try (CaptureJob job = CaptureJob.start(both)) {
                mirror.take(job.take(10));
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            change("a", "xx");
            try (CaptureJob job = CaptureJob.of(settings("public.a"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                mirror.await(job, database, "a");
                job.awaitSnapshot();
                database.await("(SELECT string_agg(tablename, ' ') = 'a' FROM pg_publication_tables)");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            change("b", "xx");
            try (CaptureJob job = CaptureJob.of(settings("public.a;public.b"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                mirror.await(job, database, "a", "b");
                assertThat(mirror.letters()).isEmpty();
            }
        }
    }

    /** Somebody else may follow it there. */
    @Test
    void aPublicationThatOthersMayReadStaysAsItIs(@TempDir Path savepoints) throws Exception {
        fill("a");
        fill("b");
        try (Mirror mirror = Mirror.ofWholeRows()) {
            String savepoint;
            try (CaptureJob job = CaptureJob.start(settings("public.a;public.b"))) {
                mirror.await(job, database, "a", "b");
                savepoint = job.stop(savepoints);
                mirror.take(job.rest());
            }
            database.run("SELECT pg_create_logical_replication_slot('other_" + database.name() + "', 'pgoutput')");
            try (CaptureJob job = CaptureJob.of(settings("public.a"))
                    .restarting()
                    .from(savepoint)
                    .start()) {
                change("a", "xx");
                mirror.await(job, database, "a");
            }
        }
        assertThat(database.ask("SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_publication_tables"))
                .isEqualTo("a b");
    }
}
