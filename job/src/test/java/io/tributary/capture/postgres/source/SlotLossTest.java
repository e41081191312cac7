package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.FromVersion;
import io.tributary.capture.postgres.OwnServer;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Target;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.plan.PostgresCapture;
import io.tributary.capture.postgres.row.Decoder;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.function.ThrowingRunnable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** What others do to the slot: the job goes on, or fails with what is to be done; never is a change passed over. */
@Tag("slow")
class SlotLossTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    @BeforeEach
    void createTable() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
    }

    @Test
    void aSlotThatIsGoneIsSaidToBeGone() throws Exception {
        try (CaptureJob job = CaptureJob.of(settings).restartingForEver().start()) {
            awaitRead(job);
            dropSlot();
            assertThat(failure(job))
                    .contains("The replication slot " + database.slot() + " of reader@localhost:" + database.port()
                            + "/" + database.name()
                            + " is gone, and with it changes that were not read: start the job anew");
        }
    }

    @Test
    void aSlotThatWasMadeAgainIsToldByItsPosition() throws Exception {
        try (CaptureJob job = CaptureJob.of(settings).restartingForEver().start()) {
            awaitRead(job);
            dropSlot();
            // The job tries again in a moment. In between, changes are made that the new slot does not have.
            database.run(
                    "INSERT INTO t VALUES (1)",
                    "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
            assertThat(failure(job)).containsAnyOf("is further on than the state this job starts from", "is gone");
        }
    }

    @Test
    void aSlotOfAnotherPluginIsRefused() throws Exception {
        PostgresCapture capture = CaptureJob.plan(settings);
        dropSlot();
        database.run("SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'test_decoding')");
        try (CaptureJob job = CaptureJob.of(capture).restartingForEver().start()) {
            assertThat(failure(job))
                    .contains("is no longer the one that this job made, but one of test_decoding: drop it with SELECT"
                            + " pg_drop_replication_slot('" + database.slot() + "') and start the job anew");
        }
    }

    @Test
    void aSlotThatSomebodyElseAdvancedIsRefused(@TempDir Path savepoints) throws Exception {
        String savepoint;
        try (CaptureJob job = CaptureJob.start(settings)) {
            awaitRead(job);
            savepoint = job.stop(savepoints);
        }
        database.await("NOT active FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
        database.run(
                "INSERT INTO t VALUES (1)",
                "SELECT pg_replication_slot_advance('" + database.slot() + "', pg_current_wal_lsn())");
        try (CaptureJob job =
                CaptureJob.of(settings).from(savepoint).restartingForEver().start()) {
            assertThat(failure(job)).contains("is further on than the state this job starts from");
        }
    }

    @Test
    void aSlotThatIsInUseIsWaitedFor() throws Exception {
        PostgresCapture capture = CaptureJob.plan(settings);
        database.run("INSERT INTO t VALUES (1)");
        try (Connection other = replication()) {
            assertThat(read(other).isClosed()).isFalse();
            try (CaptureJob job = CaptureJob.of(capture).start()) {
                Target target = new Target();
                job.awaitRows(target, () -> database.ask(Target.query("t", "id")));
                database.run("INSERT INTO t VALUES (2)");
                other.close();
                job.awaitRows(target, () -> database.ask(Target.query("t", "id")));
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            }
        }
    }

    @Test
    void aSlotThatIsMovedJustBeforeItIsReadIsRefused() throws Exception {
        assertThat(failureOfStart(() -> database.run(
                        "INSERT INTO t VALUES (1)",
                        "SELECT pg_replication_slot_advance('" + database.slot() + "', pg_current_wal_lsn())")))
                .contains("is further on than the state this job starts from");
    }

    @Test
    void aSlotThatIsDroppedJustBeforeItIsReadIsSaidToBeGone() throws Exception {
        assertThat(failureOfStart(this::dropSlot)).contains(" is gone, and with it changes that were not read");
    }

    /** @param meanwhile what others do between the look at the slot and its reading */
    private String failureOfStart(ThrowingRunnable<Exception> meanwhile) throws Exception {
        SlotPosition start = CaptureJob.plan(settings).start();
        PostgresSettings read = TestDatabase.settings(settings);
        Sessions sessions = new Sessions(read);
        SlotSplit split = SlotSplit.of(start.lsn(), 0, 0, start.lsn(), SlotSplit.RUNNING);
        SlotStream stream = SlotStream.open(read, sessions, split, true);
        meanwhile.run();
        Decoder decoder = new Decoder(
                List.of(), stream.types(), stream.lookup(), Era.FIRST, start.lsn(), false, Decoder.NONE, new Nothing());
        try {
            return ExceptionUtils.stringifyException(catchException(() -> stream.start(decoder)));
        } finally {
            sessions.breakOff();
        }
    }

    private static final class Nothing implements Decoder.Output {
        @Override
        public void captured(Captured captured) {
            throw new AssertionError(captured);
        }

        @Override
        public void committed(long end, long timestamp) {
            throw new AssertionError(end);
        }
    }

    @Test
    void aSlotThatIsInUseForTooLongIsNamed() throws Exception {
        settings.put("postgres.reconnect-timeout", "1 s");
        PostgresCapture capture = CaptureJob.plan(settings);
        try (Connection other = replication()) {
            assertThat(read(other).isClosed()).isFalse();
            try (CaptureJob job = CaptureJob.of(capture).start()) {
                assertThat(failure(job))
                        .contains("could not be read for as long as postgres.reconnect-timeout allows")
                        .contains("replication slot \"" + database.slot() + "\" is active");
            }
        }
    }

    @Test
    void walThatWasRemovedIsNamed(@TempDir Path folder) throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data"))
                .with("max_slot_wal_keep_size", "1MB")
                .with("min_wal_size", "32MB")
                .with("max_wal_size", "32MB")
                .start()) {
            server.run("CREATE TABLE t (id int PRIMARY KEY)");
            Map<String, String> own = server.settings("public.t");
            String savepoint;
            try (CaptureJob job = CaptureJob.start(own)) {
                Target target = new Target();
                server.run("INSERT INTO t VALUES (1)");
                job.awaitRows(target, () -> server.ask(Target.query("t", "id")));
                savepoint = job.stop(folder.resolve("savepoints"));
            }
            PostgresCapture capture = CaptureJob.plan(own);
            for (int i = 0; i < 4; i++) {
                server.run("SELECT pg_switch_wal()", "CREATE TABLE t" + i + " (a int)");
            }
            server.run("CHECKPOINT");
            server.await("wal_status = 'lost' FROM pg_replication_slots");
            try (CaptureJob job =
                    CaptureJob.of(capture).from(savepoint).restartingForEver().start()) {
                assertThat(failure(job))
                        .contains("has lost WAL that was not read yet (see max_slot_wal_keep_size): drop it with SELECT"
                                + " pg_drop_replication_slot('slot') and start the job anew");
            }
        }
    }

    @Test
    @FromVersion(value = 18, because = "slots that nobody reads may be given up")
    void aSlotThatWasNotReadForTooLongIsNamed(@TempDir Path folder) throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data"))
                .with("idle_replication_slot_timeout", "1s")
                .start()) {
            server.run("CREATE TABLE t (id int PRIMARY KEY)");
            PostgresCapture capture = CaptureJob.plan(server.settings("public.t"));
            TestDatabase.await("the slot is given up", () -> {
                server.run("CHECKPOINT");
                return server.ask("SELECT invalidation_reason = 'idle_timeout' FROM pg_replication_slots");
            });
            try (CaptureJob job = CaptureJob.of(capture).restartingForEver().start()) {
                assertThat(failure(job))
                        .contains("was not read for too long (see idle_replication_slot_timeout): drop it with SELECT"
                                + " pg_drop_replication_slot('slot') and start the job anew");
            }
        }
    }

    @Test
    @FromVersion(value = 18, because = "the slot is read on without its publication")
    void aPublicationThatIsGoneHasItsTablesReadAgainWhenItIsBack() throws Exception {
        settings.put("postgres.watch-interval", "200 ms");
        PostgresCapture capture = CaptureJob.plan(settings);
        database.run("DROP PUBLICATION tributary", "INSERT INTO t VALUES (1)");
        try (CaptureJob job = CaptureJob.of(capture).restartingForEver().start()) {
            List<Captured> taken = job.takeUntil(captured -> captured instanceof Rejected);
            assertThat(((Rejected) taken.get(taken.size() - 1)).reason())
                    .startsWith("Table public.t is not in publication tributary with all of its rows");
            database.run(
                    "INSERT INTO t VALUES (2)",
                    "CREATE PUBLICATION tributary FOR TABLE t",
                    "DELETE FROM t WHERE id = 1");
            job.awaitRows(new Target(), () -> "2\n");
        }
    }

    @Test
    void aPublicationThatIsGoneIsNamed() throws Exception {
        assumeThat(TestDatabase.version())
                .as("versions whose slots are not read on without the publication")
                .isLessThan(18);
        PostgresCapture capture = CaptureJob.plan(settings);
        database.run("DROP PUBLICATION tributary", "INSERT INTO t VALUES (1)");
        try (CaptureJob job = CaptureJob.of(capture).restartingForEver().start()) {
            assertThat(failure(job))
                    .contains(
                            "has changes of a time at which publication tributary did not exist, and does not send them."
                                    + " Make the publication");
        }
    }

    /** It is the enumerator, in the job manager, that ends the job. */
    @Test
    void aTableThatIsGoneBeforeItIsCutIsNamed() throws Exception {
        PostgresCapture capture = CaptureJob.plan(settings);
        database.run("DROP TABLE t");
        try (CaptureJob job = CaptureJob.of(capture).restartingForEver().start()) {
            assertThat(failure(job)).contains("Table public.t is gone, and its snapshot is not complete");
        }
    }

    private void awaitRead(CaptureJob job) throws Exception {
        database.run("INSERT INTO t VALUES (0)");
        job.awaitRows(new Target(), () -> "0\n");
    }

    private static String failure(CaptureJob job) throws Exception {
        return ExceptionUtils.stringifyException(job.failure());
    }

    private void dropSlot() throws Exception {
        String slot = "'" + database.slot() + "'";
        TestDatabase.await("the slot is dropped", () -> {
            database.ask("SELECT count(pg_terminate_backend(active_pid)) FROM pg_replication_slots WHERE slot_name = "
                    + slot);
            try {
                database.run("SELECT pg_drop_replication_slot(" + slot + ")");
                return "t";
            } catch (java.sql.SQLException e) {
                return "f";
            }
        });
    }

    private Connection replication() throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of("user", "postgres", "replication", "database", "preferQueryMode", "simple"));
        properties.put("assumeMinServerVersion", "12");
        return new Driver()
                .connect("jdbc:postgresql://localhost:" + database.port() + "/" + database.name(), properties);
    }

    private PGReplicationStream read(Connection connection) throws Exception {
        return connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(database.slot())
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", "tributary")
                .withAutomaticFlush(false)
                .start();
    }
}
