package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another server answers at the address, or the same one with another history. */
class FailoverTest {

    @TempDir
    private Path folder;

    @Test
    void anotherServerIsRefused() throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data")).start();
                TestDatabase other = TestDatabase.create();
                Wire wire = Wire.to(server.port())) {
            server.run("CREATE TABLE t (id int PRIMARY KEY)");
            try (CaptureJob job = start(server, wire)) {
                server.run("INSERT INTO t VALUES (1)");
                job.awaitRows(new Target(), () -> "1\n");
                wire.turn(other.port());
                wire.cut();
                assertThat(failure(job))
                        .contains("is another server than the one this job has read (system identifier "
                                + other.ask("SELECT system_identifier FROM pg_control_system()") + ", not "
                                + server.ask("SELECT system_identifier FROM pg_control_system()")
                                + "). Set postgres.hostname to that one, or start the job anew");
            }
        }
    }

    @Test
    void aServerThatWasRestoredFromABackupIsRefused() throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data")).start()) {
            server.run("CREATE TABLE t (id int PRIMARY KEY)");
            CaptureJob.plan(server.settings("public.t"));
            server.stop();
            OwnServer backup = server.copy(folder.resolve("backup"));
            server.start();
            try (Wire wire = Wire.to(server.port());
                    backup;
                    CaptureJob job = start(server, wire)) {
                server.run("INSERT INTO t SELECT generate_series(1, 100000)");
                awaitCount(job, 100_000);
                server.stop();
                backup.start();
                wire.turn(backup.port());
                wire.cut();
                assertThat(failure(job))
                        .contains("The WAL of reader@localhost:" + wire.port() + "/postgres ends at ")
                        .contains("The server was restored, or took over from one that was ahead of it, so transactions"
                                + " which this job has read are gone: start the job anew");
            }
        }
    }

    @Test
    void aStandbyThatWasBehindIsRefused() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port());
                CaptureJob job = start(primary, wire)) {
            job.awaitSnapshot();
            standby.stop();
            primary.run("INSERT INTO t VALUES (1)");
            job.awaitRows(new Target(), () -> "1\n");
            primary.crash();
            standby.with("primary_conninfo", "").start();
            standby.promote();
            // So that its WAL is longer than what was read; only its history tells.
            standby.run("CREATE TABLE other AS SELECT generate_series(1, 10000)");
            wire.turn(standby.port());
            wire.cut();
            assertThat(failure(job))
                    .contains("took over (timeline 2) from one that was ahead of it: transactions before ")
                    .contains(" which this job has read are gone: start the job anew");
        }
    }

    @Test
    void aStandbyThatHasEverythingIsReadFurther() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port());
                CaptureJob job = start(primary, wire)) {
            Target target = new Target();
            job.awaitSnapshot();
            primary.run("INSERT INTO t VALUES (1)");
            job.awaitRows(target, () -> "1\n");
            synchronize(primary, standby);
            primary.run("INSERT INTO t VALUES (2)");
            job.awaitRows(target, () -> "1\n2\n");
            standby.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
            primary.crash();
            wire.turn(0);
            wire.cut();
            standby.promote();
            standby.run("INSERT INTO t VALUES (3)");
            wire.turn(standby.port());
            job.awaitRows(target, () -> "1\n2\n3\n");
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aStandbyWithoutTheSlotIsToldSo() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port());
                CaptureJob job = start(primary, wire)) {
            job.awaitSnapshot();
            primary.run("INSERT INTO t VALUES (1)");
            job.awaitRows(new Target(), () -> "1\n");
            standby.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
            primary.stop();
            standby.promote();
            wire.turn(standby.port());
            wire.cut();
            assertThat(failure(job)).contains("is gone, and with it changes that were not read: start the job anew");
        }
    }

    @Test
    void aFailoverInTheSnapshotIsRefused() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port())) {
            primary.run("INSERT INTO t SELECT generate_series(1, 20000)", "ANALYZE t");
            Map<String, String> settings = primary.settings("public.t");
            settings.put("postgres.port", String.valueOf(wire.port()));
            settings.put("postgres.snapshot-chunk-rows", "1000");
            try (CaptureJob job = CaptureJob.of(settings).held().start()) {
                primary.await("active FROM pg_replication_slots WHERE slot_name = 'slot'");
                standby.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
                primary.crash();
                standby.promote();
                wire.turn(standby.port());
                wire.cut();
                job.release();
                assertThat(failure(job))
                        .contains("took over (timeline 2) ")
                        .containsAnyOf(
                                "while the snapshot was being read, which may have rows that are gone by now: start the job"
                                        + " anew",
                                "which this job has read are gone: start the job anew");
            }
        }
    }

    @Test
    void aFailoverBetweenTheSnapshotAndTheSlotIsToldByWhatTheSnapshotHas() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port())) {
            Map<String, String> settings = primary.settings("public.t");
            settings.put("postgres.port", String.valueOf(wire.port()));
            settings.put("postgres.stream-during-snapshot", "false");
            PostgresCapture capture = CaptureJob.plan(settings);
            standby.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
            standby.stop();
            primary.run("INSERT INTO t VALUES (1)");
            try (CaptureJob job = CaptureJob.of(capture).held().start()) {
                primary.await("count(*) > 0 FROM pg_stat_activity WHERE query = 'COMMIT' AND usename = 'reader'");
                primary.crash();
                standby.with("primary_conninfo", "").start();
                standby.promote();
                wire.turn(standby.port());
                wire.cut();
                job.release();
                assertThat(failure(job)).contains("took over (timeline 2) from one that was ahead of it");
            }
        }
    }

    @Test
    void aReplicaIsWaitedForUntilItIsThePrimary() throws Exception {
        try (OwnServer primary = OwnServer.in(folder.resolve("primary"));
                OwnServer standby = follow(primary);
                Wire wire = Wire.to(primary.port())) {
            Map<String, String> settings = primary.settings("public.t");
            settings.put("postgres.port", String.valueOf(wire.port()));
            settings.put("postgres.reconnect-timeout", "1 s");
            try (CaptureJob job = CaptureJob.start(settings)) {
                primary.run("INSERT INTO t VALUES (1)");
                job.awaitRows(new Target(), () -> "1\n");
                wire.turn(standby.port());
                wire.cut();
                assertThat(failure(job))
                        .contains("could not be read for as long as postgres.reconnect-timeout allows. PostgreSQL at"
                                + " localhost:" + wire.port()
                                + ": It is a replica, on which nothing can be published; name the primary");
            }
        }
    }

    /** The primary has a table t, and the standby has all of it. */
    private OwnServer follow(OwnServer primary) throws Exception {
        primary.start();
        primary.run("CREATE TABLE t (id int PRIMARY KEY)");
        CaptureJob.plan(primary.settings("public.t"));
        primary.run("SELECT pg_drop_replication_slot('slot')", "SELECT pg_create_physical_replication_slot('standby')");
        primary.stop();
        OwnServer standby = primary.standby(folder.resolve("standby"))
                .with("primary_slot_name", "standby")
                .with("sync_replication_slots", "on");
        primary.start();
        return standby.start();
    }

    /** The standby gets a copy of the slot when what the slot needs is no older than what the standby has kept for it. */
    private static void synchronize(OwnServer primary, OwnServer standby) throws Exception {
        TestDatabase.await("the slot is copied", () -> {
            primary.run("SELECT pg_log_standby_snapshot()");
            return standby.ask("SELECT coalesce(bool_and(synced AND NOT temporary), false) FROM pg_replication_slots"
                    + " WHERE slot_name = 'slot'");
        });
    }

    private static CaptureJob start(OwnServer server, Wire wire) throws Exception {
        Map<String, String> settings = server.settings("public.t");
        settings.put("postgres.port", String.valueOf(wire.port()));
        return CaptureJob.start(settings);
    }

    private static void awaitCount(CaptureJob job, int count) throws Exception {
        Target target = new Target();
        while (target.size() < count) {
            target.take(job.take(1));
        }
    }

    private static String failure(CaptureJob job) throws Exception {
        return ExceptionUtils.stringifyException(job.failure());
    }
}
