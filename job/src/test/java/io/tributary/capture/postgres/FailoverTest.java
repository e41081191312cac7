package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.plan.PostgresCapture;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another server answers at the address, or the same one with another history. */
@Tag("slow")
class FailoverTest {

    @TempDir
    private Path folder;

    @Test
    void anotherServerIsRefused() throws Exception {
        try (OwnServer server = OwnServer.in(folder.resolve("data")).start();
                TestDatabase other = TestDatabase.create();
                Wire wire = Wire.to(server.port())) {
            server.run("CREATE TABLE t (id int PRIMARY KEY)");
            try (CaptureJob job = CaptureJob.start(settings(server, wire))) {
                server.run("INSERT INTO t VALUES (1)");
                job.awaitRows(new Target(), () -> "1\n");
                wire.turn(other.port());
                wire.cut();
                assertThat(failure(job))
                        .contains("is another server than the one this job has read (system identifier "
                                + other.ask("SELECT system_identifier FROM pg_control_system()") + ", not "
                                + server.ask("SELECT system_identifier FROM pg_control_system()")
                                + "): set postgres.hostname to that one, or start the job anew")
                        .contains("Or set postgres.on-lost-slot to resync");
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
                    CaptureJob job = CaptureJob.start(settings(server, wire))) {
                // Else the rows may come with the snapshot, and the slot be read no further than the backup goes.
                job.awaitSnapshot();
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
        try (Pair pair = new Pair();
                CaptureJob job =
                        CaptureJob.of(pair.settings()).restartingForEver().start()) {
            job.awaitSnapshot();
            pair.standby.leave();
            pair.readOneRow(job, new Target());
            pair.primary.crash();
            pair.standby.promote();
            // So that its WAL is longer than what was read; only its history tells.
            pair.standby.server().run("CREATE TABLE other AS SELECT generate_series(1, 10000)");
            pair.turnToStandby();
            assertThat(failure(job))
                    .contains("took over (timeline 2) from one that was ahead of it: transactions before ")
                    .contains(" which this job has read are gone: start the job anew");
        }
    }

    @Test
    @FromVersion(value = 17, because = "a standby gets copies of slots")
    void aStandbyThatHasEverythingIsReadFurther() throws Exception {
        try (Pair pair = new Pair();
                CaptureJob job =
                        CaptureJob.of(pair.settings()).restartingForEver().start()) {
            Target target = new Target();
            job.awaitSnapshot();
            pair.readOneRow(job, target);
            pair.standby.copySlot("slot");
            pair.primary.run("INSERT INTO t VALUES (2)");
            job.awaitRows(target, () -> "1\n2\n");
            pair.standby.catchUp();
            pair.primary.crash();
            pair.wire.turn(0);
            pair.wire.cut();
            pair.standby.promote();
            pair.standby.server().run("INSERT INTO t VALUES (3)");
            pair.turnToStandby();
            job.awaitRows(target, () -> "1\n2\n3\n");
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aStandbyWithoutTheSlotIsToldSo() throws Exception {
        try (Pair pair = new Pair();
                CaptureJob job =
                        CaptureJob.of(pair.settings()).restartingForEver().start()) {
            job.awaitSnapshot();
            pair.readOneRow(job, new Target());
            pair.standby.catchUp();
            pair.primary.stop();
            pair.standby.promote();
            // It may have got a copy in time.
            pair.standby
                    .server()
                    .run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                            + " WHERE slot_name = 'slot'");
            pair.turnToStandby();
            assertThat(failure(job)).contains("is gone, and with it changes that were not read: start the job anew");
        }
    }

    @Test
    void aFailoverInTheSnapshotIsRefused() throws Exception {
        try (Pair pair = new Pair()) {
            pair.primary.run("INSERT INTO t SELECT generate_series(1, 20000)", "ANALYZE t");
            Map<String, String> settings = pair.settings();
            settings.put("postgres.snapshot-chunk-rows", "1000");
            try (CaptureJob job =
                    CaptureJob.of(settings).held().restartingForEver().start()) {
                pair.primary.await("active FROM pg_replication_slots WHERE slot_name = 'slot'");
                pair.standby.catchUp();
                pair.primary.crash();
                pair.standby.promote();
                pair.turnToStandby();
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
        try (Pair pair = new Pair()) {
            Map<String, String> settings = pair.settings();
            settings.put("postgres.stream-during-snapshot", "false");
            PostgresCapture capture = CaptureJob.plan(settings);
            pair.standby.catchUp();
            pair.standby.leave();
            pair.primary.run("INSERT INTO t VALUES (1)");
            try (CaptureJob job =
                    CaptureJob.of(capture).held().restartingForEver().start()) {
                pair.primary.await("count(*) > 0 FROM pg_stat_activity WHERE query = 'COMMIT' AND usename = 'reader'");
                pair.primary.crash();
                pair.standby.promote();
                pair.turnToStandby();
                job.release();
                assertThat(failure(job)).contains("took over (timeline 2) from one that was ahead of it");
            }
        }
    }

    @Test
    void aReplicaIsWaitedForUntilItIsThePrimary() throws Exception {
        try (Pair pair = new Pair()) {
            Map<String, String> settings = pair.settings();
            settings.put("postgres.reconnect-timeout", "1 s");
            try (CaptureJob job = CaptureJob.start(settings)) {
                pair.readOneRow(job, new Target());
                pair.turnToStandby();
                assertThat(failure(job))
                        .contains("could not be read for as long as postgres.reconnect-timeout allows. PostgreSQL at"
                                + " localhost:" + pair.wire.port()
                                + ": It is a replica, on which nothing can be published; name the primary");
            }
        }
    }

    /** A primary that has a table t, a standby that has all of it, and the address at which the job reads one of them. */
    private final class Pair implements AutoCloseable {

        private final OwnServer primary = OwnServer.in(folder.resolve("primary"));
        private final Standby standby;
        private final Wire wire;

        private Pair() throws Exception {
            primary.start();
            primary.run("CREATE TABLE t (id int PRIMARY KEY)");
            CaptureJob.plan(primary.settings("public.t"));
            primary.run("SELECT pg_drop_replication_slot('slot')");
            standby = Standby.of(primary, folder.resolve("standby"));
            wire = Wire.to(primary.port());
        }

        Map<String, String> settings() {
            return FailoverTest.settings(primary, wire);
        }

        void readOneRow(CaptureJob job, Target target) throws Exception {
            primary.run("INSERT INTO t VALUES (1)");
            job.awaitRows(target, () -> "1\n");
        }

        void turnToStandby() throws Exception {
            wire.turn(standby.server().port());
            wire.cut();
        }

        @Override
        public void close() throws Exception {
            try (primary;
                    standby) {
                wire.close();
            }
        }
    }

    private static Map<String, String> settings(OwnServer server, Wire wire) {
        Map<String, String> settings = server.settings("public.t");
        settings.put("postgres.port", String.valueOf(wire.port()));
        return settings;
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
