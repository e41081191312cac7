package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PasswordTest {

    @ParameterizedTest
    @EnumSource(PostgresSettings.ReaderChoice.class)
    void thePasswordIsInNoLog(PostgresSettings.ReaderChoice reader) throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Log log = Log.of(Level.INFO)) {
            database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            Map<String, String> settings = database.settings("public.t");
            settings.put("postgres.reader", reader.toString());
            String logged =
                    reader == PostgresSettings.ReaderChoice.NATIVE ? "reading slot from" : "PostgresConnectorConfig is";
            try (CaptureJob job = CaptureJob.start(settings)) {
                job.changes(1);
                database.run("INSERT INTO t VALUES (2)");
                job.changes(1);
            }
            assertThat(log.lines())
                    .anyMatch(line -> line.contains(logged))
                    .noneMatch(line -> line.contains(TestDatabase.PASSWORD));
            assertThat(TestDatabase.settings(settings).toString()).doesNotContain(TestDatabase.PASSWORD);
        }
    }

    /** As rotations do: first in the database, later where the job reads it. */
    @Test
    void aPasswordThatIsChangedIsReadAnew(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "the-first-one");
        try (TestDatabase database = TestDatabase.create();
                Log log = Log.of(Level.INFO)) {
            database.run(
                    "CREATE TABLE t (id int PRIMARY KEY)",
                    "CREATE ROLE rotated LOGIN SUPERUSER REPLICATION PASSWORD 'the-first-one'");
            Map<String, String> settings = database.settings("public.t");
            settings.put("postgres.username", "rotated");
            settings.put("postgres.password", "file:" + file);
            try (CaptureJob job = CaptureJob.start(settings)) {
                Target target = new Target();
                database.run("INSERT INTO t VALUES (1)");
                job.awaitRows(target, () -> database.ask(Target.query("t", "id")));

                database.run("ALTER ROLE rotated PASSWORD 'the-second-one'", "INSERT INTO t VALUES (2)");
                database.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'rotated'");
                TestDatabase.await("it is refused", () -> refused(log) ? "t" : "f");
                Files.writeString(file, "the-second-one");
                job.awaitRows(target, () -> database.ask(Target.query("t", "id")));
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
            assertThat(log.lines()).noneMatch(line -> line.contains("the-first-one") || line.contains("the-second"));
        } finally {
            TestDatabase.dropRole("rotated");
        }
    }

    private static boolean refused(Log log) {
        return log.lines().stream().anyMatch(line -> line.contains("password authentication failed"));
    }
}
