package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that fit patterns, from the database to the targets. */
@Tag("slow")
class PatternsTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings() {
        Map<String, String> settings = WholeJob.settings(database, "public.*", folder);
        settings.put("sql.pass-through", "*;-only_for_sql");
        return settings;
    }

    @Test
    void aTableThatIsMadeWhileTheJobRunsGetsItsTarget() throws Exception {
        database.run("CREATE TABLE a (id int PRIMARY KEY, v text)", "INSERT INTO a VALUES (1, 'x'), (2, 'y')");
        String savepoint;
        try (WholeJob job = WholeJob.start(settings())) {
            job.await("a", "{id=1, v=x}", "{id=2, v=y}");
            database.run(
                    "CREATE TABLE b (id int PRIMARY KEY, v text)",
                    "INSERT INTO b VALUES (1, 'x'), (2, 'y'), (3, 'z')",
                    "CREATE TABLE only_for_sql (id int PRIMARY KEY)");
            job.await("b", "{id=1, v=x}", "{id=2, v=y}", "{id=3, v=z}");
            database.run(
                    "UPDATE b SET v = 'yy' WHERE id = 2",
                    "DELETE FROM b WHERE id = 1",
                    "INSERT INTO a VALUES (3, 'z')");
            job.await("b", "{id=2, v=yy}", "{id=3, v=z}");
            job.await("a", "{id=1, v=x}", "{id=2, v=y}", "{id=3, v=z}");
            savepoint = job.stop(folder);
        }
        database.run(
                "DROP TABLE only_for_sql", "UPDATE b SET v = 'yyy' WHERE id = 2", "INSERT INTO b VALUES (4, 'four')");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("b", "{id=2, v=yyy}", "{id=3, v=z}", "{id=4, v=four}");
            database.run("DELETE FROM b WHERE id = 3", "INSERT INTO b VALUES (5, 'five')");
            job.await("b", "{id=2, v=yyy}", "{id=4, v=four}", "{id=5, v=five}");
            assertThat(job.rows("dead_letters"))
                    .singleElement()
                    .asString()
                    .contains("Table public.only_for_sql fits a pattern of postgres.tables now, and is not captured");
        }
    }
}
