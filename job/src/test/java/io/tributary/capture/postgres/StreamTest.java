package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.MetricsPage;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the reader {@code native} makes of the messages of a slot. */
class StreamTest {

    private static final int MANY = 300_000;

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    private String rows() throws SQLException {
        return database.ask(Target.query("t", "id", "a"));
    }

    @Test
    void changesAreReadWhateverTheReplicaIdentityIs() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL)",
                "CREATE UNIQUE INDEX wide ON t (a, id)",
                "INSERT INTO t SELECT i, i FROM generate_series(1, 100) i");
        try (CaptureJob job = CaptureJob.start(settings)) {
            Target target = new Target();
            int n = 100;
            for (String identity : List.of("FULL", "USING INDEX wide", "DEFAULT", "USING INDEX wide", "NOTHING")) {
                n += 100;
                database.run(
                        "ALTER TABLE t REPLICA IDENTITY " + identity,
                        "INSERT INTO t SELECT i, 0 FROM generate_series(" + n + ", " + n + " + 20) i");
                if (identity.equals("NOTHING")) {
                    // So no change can come without its key.
                    assertThatThrownBy(() -> database.run("DELETE FROM t"))
                            .hasMessageContaining("does not have a replica identity");
                } else {
                    database.run(
                            "UPDATE t SET a = " + n + " WHERE id % 10 = 1",
                            "UPDATE t SET id = -id WHERE id = " + n,
                            "UPDATE t SET id = -id, a = 7 WHERE id = " + (n + 1),
                            "UPDATE t SET a = a WHERE id % 10 = 2",
                            "DELETE FROM t WHERE id % 10 = 3");
                }
                job.awaitRows(target, this::rows);
            }
            database.run("ALTER TABLE t REPLICA IDENTITY DEFAULT", "TRUNCATE t", "INSERT INTO t VALUES (1, 1)");
            job.awaitRows(target, this::rows);
        }
    }

    @Test
    void thePageOfMetricsSaysWhatAReaderExposes() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a text)", "INSERT INTO t VALUES (1, 'a')");
        settings.put("metrics.cloudwatch", "true");
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(new Target(), this::rows);
        }
        MetricsPage.assertThatCloudWatchHas("connected", "sourceLagMilliseconds");
        MetricsPage.assertThatSectionTells("Postgres", "io.tributary.capture.postgres.server");
        MetricsPage.assertThatSectionTells(
                "Postgres: the first snapshot and resyncs", "io.tributary.capture.postgres.source");
    }

    @Test
    void aReplicaIdentityWithoutTheKeyMakesDeadLetters() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL)", "CREATE UNIQUE INDEX other ON t (a)");
        try (CaptureJob job = CaptureJob.start(settings)) {
            database.run("INSERT INTO t VALUES (1, 1)");
            job.awaitRows(new Target(), this::rows);
            database.run("ALTER TABLE t REPLICA IDENTITY USING INDEX other", "UPDATE t SET id = 2");
            // The row may have come with the snapshot, and come again from the slot.
            List<Captured> taken = job.takeUntil(
                    captured -> captured instanceof Rejected || ((Change) captured).operation() != Operation.INSERT);
            Captured letter = taken.get(taken.size() - 1);
            assertThat(letter).isInstanceOf(Rejected.class);
            assertThat(((Rejected) letter).reason())
                    .isEqualTo("Updates and deletes of table public.t no longer carry its key: give it back its"
                            + " primary key, or run ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL");
        }
    }

    @Test
    void originsTypesAndMessagesArePassedOver() throws Exception {
        String origin = "'elsewhere_" + database.name() + "'";
        database.run(
                "CREATE TYPE size AS ENUM ('S', 'L')",
                "CREATE TABLE t (id int PRIMARY KEY, a size)",
                "INSERT INTO t VALUES (1, 'S')");
        try (CaptureJob job = CaptureJob.start(settings)) {
            Target target = new Target();
            job.awaitRows(target, this::rows);
            try {
                database.run(
                        "SELECT pg_replication_origin_create(" + origin + ")",
                        "SELECT pg_replication_origin_session_setup(" + origin + ")",
                        "BEGIN",
                        "SELECT pg_replication_origin_xact_setup('0/1', now())",
                        "INSERT INTO t VALUES (2, 'L')",
                        "SELECT pg_logical_emit_message(true, 'app', 'within')",
                        "UPDATE t SET a = 'L' WHERE id = 1",
                        "COMMIT",
                        "SELECT pg_logical_emit_message(false, 'app', 'outside')",
                        "SELECT pg_logical_emit_message(true, 'app', 'alone')",
                        "DELETE FROM t WHERE id = 1");
            } finally {
                database.run(
                        "SELECT pg_replication_origin_session_reset()",
                        "SELECT pg_replication_origin_drop(" + origin + ")");
            }
            job.awaitRows(target, this::rows);
            assertThat(target.taken()).isEqualTo(4);
        }
    }

    /** The server keeps what a job does not take, the connection lives meanwhile, and the metrics tell. */
    @Test
    void aLargeTransactionWaitsOnTheServerWhileTheJobStandsStill() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a text)",
                "ALTER ROLE reader IN DATABASE " + database.name() + " SET wal_sender_timeout = '2 s'",
                "ALTER ROLE reader IN DATABASE " + database.name() + " SET logical_decoding_work_mem = '64 kB'");
        try (CaptureJob job = CaptureJob.start(settings)) {
            database.run("INSERT INTO t VALUES (0, '')");
            job.takeUntil(change -> ((Change) change).operation() == Operation.INSERT);
            String pid = database.ask(
                    "SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
            job.hold();
            database.run("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, " + MANY + ") i");
            String begin = database.ask("SELECT clock_timestamp()");
            database.await("count(*) = 1 FROM pg_stat_activity WHERE pid = " + pid
                    + " AND wait_event = 'WalSenderWriteData' AND clock_timestamp() > '" + begin
                    + "'::timestamptz + '5 s'");
            TestDatabase.await("the lag is known", () -> Metrics.most("sourceLagBytes") > 0 ? "t" : "f");
            assertThat(Metrics.most("sourceLagMilliseconds")).isPositive();
            assertThat(Metrics.most("slotWalBytes")).isGreaterThan(10_000_000);
            job.release();
            long commit = 0;
            for (int i = 1; i <= MANY; i++) {
                Change change = (Change) job.take(1).get(0);
                commit = i == 1 ? change.position().major() : commit;
                if (change.key().getInt(0) != i
                        || change.position().major() != commit
                        || change.position().minor() != i) {
                    assertThat(change).as("change %d", i).isNull();
                }
            }
            TestDatabase.await("there is no lag", () -> Metrics.most("sourceLagBytes") == 0 ? "t" : "f");
            assertThat(database.ask(
                            "SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'"))
                    .as("the connection lived")
                    .isEqualTo(pid);
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }
}
