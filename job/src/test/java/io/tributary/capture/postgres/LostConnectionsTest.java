package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LostConnectionsTest {

    @Nested
    class OfOneBackend {

        @AutoClose
        private final TestDatabase database = TestDatabase.create();

        private final Map<String, String> settings = database.settings("public.t");

        @Test
        void betweenTransactionsNothingIsLost() throws Exception {
            database.run("CREATE TABLE t (id int PRIMARY KEY)");
            try (CaptureJob job = CaptureJob.start(settings)) {
                Target target = new Target();
                for (int i = 1; i < 6; i++) {
                    database.run("INSERT INTO t VALUES (" + i + ")");
                    job.awaitRows(target, () -> database.ask(Target.query("t", "id")));
                    endWalSender();
                }
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
        }

        @Test
        void withinATransactionItIsReadAgainAtTheSamePositions() throws Exception {
            database.run("CREATE TABLE t (id int PRIMARY KEY, a text)", "ALTER TABLE t ALTER a SET STORAGE EXTERNAL");
            Map<Integer, Position> positions = new HashMap<>();
            try (CaptureJob job = CaptureJob.start(settings)) {
                database.run("INSERT INTO t VALUES (0, '')");
                job.takeUntil(change -> ((Change) change).operation() == Operation.INSERT);
                job.hold();
                // More than the buffers between the server and the job hold.
                database.run("INSERT INTO t SELECT i, repeat('x', 8000) FROM generate_series(1, 6000) i");
                database.await("count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'walsender'"
                        + " AND wait_event = 'WalSenderWriteData' AND datname = current_database()");
                job.release();
                remember(job.take(1), positions);
                job.hold();
                // It cannot end before its last words are read: nobody waits for that here.
                terminateWalSender();
                job.release();
                while (positions.size() < 6000) {
                    remember(job.take(1), positions);
                }
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
        }

        /** Once known, a row's position has to stay what it is. */
        private void remember(List<Captured> captured, Map<Integer, Position> positions) {
            for (Captured one : captured) {
                Change change = (Change) one;
                Position known = positions.putIfAbsent(change.key().getInt(0), change.position());
                if (known != null) {
                    assertThat(change.position()).isEqualTo(known);
                }
            }
        }

        @Test
        void theSessionForQuestionsIsOpenedAgain() throws Exception {
            database.run(
                    "CREATE TABLE t (id int PRIMARY KEY, a text, body text)",
                    "ALTER TABLE t ALTER body SET STORAGE EXTERNAL",
                    "INSERT INTO t SELECT i, 'a', repeat('x', 9000) FROM generate_series(1, 10) i");
            try (CaptureJob job = CaptureJob.start(settings)) {
                Target target = new Target();
                target.take(job.take(10));
                job.hold();
                database.run("UPDATE t SET a = 'b'");
                endAllButWalSender();
                // The new keys' large values have to be asked for.
                database.run("UPDATE t SET id = id + 100");
                job.release();
                job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a", "body")));
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
        }

        @Test
        void aChunkIsReadAgain() throws Exception {
            database.run("CREATE TABLE t (id int PRIMARY KEY, a text)");
            database.run(
                    "ALTER TABLE t ALTER a SET STORAGE PLAIN",
                    "INSERT INTO t SELECT i, repeat('x', 4000) FROM generate_series(1, 12000) i",
                    "ANALYZE t");
            settings.put("postgres.snapshot-chunk-rows", "6000");
            try (CaptureJob job = CaptureJob.of(settings).held().start()) {
                database.await("count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND query LIKE 'COPY%' AND state = 'active'");
                database.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND query LIKE 'COPY%'");
                job.release();
                Target target = new Target();
                job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a")));
                database.run("UPDATE t SET a = 'b' WHERE id % 1000 = 0");
                job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a")));
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
        }

        private void endWalSender() throws Exception {
            String pid = terminateWalSender();
            database.await("active_pid IS DISTINCT FROM " + pid + ofTheSlot());
        }

        private String terminateWalSender() throws Exception {
            database.await("active_pid IS NOT NULL" + ofTheSlot());
            String pid = database.ask("SELECT active_pid" + ofTheSlot());
            database.run("SELECT pg_terminate_backend(" + pid + ")");
            return pid;
        }

        private String ofTheSlot() {
            return " FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'";
        }

        private void endAllButWalSender() throws Exception {
            database.ask(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
        }
    }

    @Nested
    class OfTheServer {

        @Test
        void restartsAreOutlivedInTheStream(@TempDir Path folder) throws Exception {
            try (OwnServer server = OwnServer.in(folder.resolve("data")).start()) {
                server.run("CREATE TABLE t (id int PRIMARY KEY)");
                try (CaptureJob job = CaptureJob.start(server.settings("public.t"))) {
                    Target target = new Target();
                    server.run("INSERT INTO t VALUES (1)");
                    job.awaitRows(target, () -> server.ask(Target.query("t", "id")));

                    server.stop();
                    server.start();
                    server.run("INSERT INTO t VALUES (2)");
                    job.awaitRows(target, () -> server.ask(Target.query("t", "id")));

                    server.run("INSERT INTO t VALUES (3)");
                    server.crash();
                    server.start();
                    server.run("INSERT INTO t VALUES (4)");
                    job.awaitRows(target, () -> server.ask(Target.query("t", "id")));
                    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
                }
            }
        }

        @Test
        void restartsAreOutlivedInTheSnapshot(@TempDir Path folder) throws Exception {
            try (OwnServer server = OwnServer.in(folder.resolve("data")).start()) {
                server.run("CREATE TABLE t (id int PRIMARY KEY, a text)");
                server.run("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 60000) i", "ANALYZE t");
                Map<String, String> settings = server.settings("public.t");
                settings.put("postgres.snapshot-chunk-rows", "5000");
                try (CaptureJob job = CaptureJob.startSlow(settings)) {
                    Target target = new Target();
                    target.take(job.take(5000));
                    server.stop();
                    server.start();
                    target.take(job.take(5000));
                    server.crash();
                    server.start();
                    server.run("UPDATE t SET a = 'y' WHERE id % 1000 = 0", "DELETE FROM t WHERE id % 1001 = 0");
                    job.awaitRows(target, () -> server.ask(Target.query("t", "id", "a")));
                    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
                }
            }
        }

        @Test
        void theJobFailsWhenItsPatienceIsOver(@TempDir Path folder) throws Exception {
            try (OwnServer server = OwnServer.in(folder.resolve("data")).start()) {
                server.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
                Map<String, String> settings = server.settings("public.t");
                settings.put("postgres.reconnect-timeout", "1 s");
                try (CaptureJob job = CaptureJob.start(settings)) {
                    job.changes(1);
                    server.crash();
                    assertThat(ExceptionUtils.stringifyException(job.failure()))
                            .contains("Replication slot slot of reader@localhost:" + server.port()
                                    + "/postgres could not be read for as long as postgres.reconnect-timeout allows."
                                    + " postgres.hostname, postgres.port: no PostgreSQL answers at localhost:"
                                    + server.port());
                }
            }
        }
    }
}
