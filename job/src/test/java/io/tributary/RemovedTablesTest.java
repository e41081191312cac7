package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are taken out of the settings of a job that is resumed. */
@Tag("slow")
class RemovedTablesTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = WholeJob.settings(database, tables, folder);
        settings.put("sql.pass-through", "*");
        return settings;
    }

    private Map<String, String> settings(String tables, String onRemoved) {
        Map<String, String> settings = settings(tables);
        settings.put("latest.on-removed-table", onRemoved);
        return settings;
    }

    @BeforeEach
    void fill() throws Exception {
        database.run(
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v int)",
                "INSERT INTO a VALUES (1, 'x')",
                "INSERT INTO b SELECT i, i FROM generate_series(1, 3) i");
    }

    private String both() throws Exception {
        try (WholeJob job = WholeJob.start(settings("public.a;public.b"))) {
            job.await("a", "{id=1, v=x}");
            job.await("b", "{id=1, v=1}", "{id=2, v=2}", "{id=3, v=3}");
            return job.stop(folder);
        }
    }

    @Test
    void theTargetOfSuchATableStaysAsItIs() throws Exception {
        String savepoint = both();
        try (WholeJob job = WholeJob.resume(settings("public.a"), savepoint)) {
            database.run("INSERT INTO a VALUES (2, 'y')", "DELETE FROM b WHERE id = 1");
            job.await("a", "{id=1, v=x}", "{id=2, v=y}");
            database.await("(SELECT string_agg(tablename, ' ') = 'a' FROM pg_publication_tables)");
            assertThat(job.rows("b")).containsExactly("{id=1, v=1}", "{id=2, v=2}", "{id=3, v=3}");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(settings("public.a;public.b"), savepoint)) {
            assertThat(job.failure())
                    .rootCause()
                    .hasMessageContaining("Tables b are captured again, and their targets have rows of when they were"
                            + " captured before: those that were deleted since would stay.");
        }
        WholeJob.drop(settings("public.a"), "b");
        try (WholeJob job = WholeJob.resume(settings("public.a;public.b"), savepoint)) {
            job.await("b", "{id=2, v=2}", "{id=3, v=3}");
            database.run("DELETE FROM b WHERE id = 2", "INSERT INTO b VALUES (4, 4)", "DELETE FROM a WHERE id = 1");
            job.await("b", "{id=3, v=3}", "{id=4, v=4}");
            job.await("a", "{id=2, v=y}");
        }
    }

    @Test
    void theTargetOfSuchATableIsEmptiedIfThatIsWanted() throws Exception {
        String savepoint = both();
        try (WholeJob job = WholeJob.resume(settings("public.a", "delete"), savepoint)) {
            // What the job does at once it does with the first change.
            database.run("INSERT INTO a VALUES (2, 'y')", "DELETE FROM b WHERE id = 1");
            job.await("a", "{id=1, v=x}", "{id=2, v=y}");
            job.await("b");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(settings("public.a;public.b", "delete"), savepoint)) {
            job.await("b", "{id=2, v=2}", "{id=3, v=3}");
            database.run("DELETE FROM b WHERE id = 2");
            job.await("b", "{id=3, v=3}");
        }
    }

    @Test
    void suchATableIsRefusedIfThatIsWanted() throws Exception {
        String savepoint = both();
        try (WholeJob job = WholeJob.resume(settings("public.a", "fail"), savepoint)) {
            assertThat(job.failure())
                    .rootCause()
                    .hasMessageContaining("Tables b are in the state that the job was resumed");
        }
        try (WholeJob job = WholeJob.resume(settings("public.a;public.b", "fail"), savepoint)) {
            database.run("DELETE FROM b WHERE id = 2");
            job.await("b", "{id=1, v=1}", "{id=3, v=3}");
        }
    }
}
