package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.plan.PostgresCapture;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections over which nothing comes any more, and whose end nobody tells: a firewall that forgot them, a cable. */
@Tag("slow")
class SilenceTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    @AutoClose
    private Wire wire;

    @BeforeEach
    void readThroughAWire() throws Exception {
        wire = Wire.to(database.port());
        settings.put("postgres.port", String.valueOf(wire.port()));
        settings.put("postgres.read-timeout", "2 s");
    }

    @Test
    void theSlotIsReadOverANewConnectionAndTheLagIsSeen() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitSnapshot();
            database.run("INSERT INTO t VALUES (1)");
            assertThat(keys(job.take(1))).containsExactly(1);
            TestDatabase.await("all is known to be read", () -> is(Metrics.most("sourceLagMilliseconds") == 0));

            wire.swallow();
            long silent = System.currentTimeMillis();
            database.run("INSERT INTO t VALUES (2)");
            TestDatabase.await("it is seen", () -> is(Metrics.least("connected") == 0));
            assertThat(Metrics.most("disconnectedSince"))
                    .isGreaterThanOrEqualTo(silent)
                    .isLessThanOrEqualTo(System.currentTimeMillis());
            TestDatabase.await("it grows", () -> is(Metrics.most("sourceLagMilliseconds") > 1000));
            assertThat(Metrics.most("sourceLagMilliseconds")).isLessThan(3_600_000);
            assertThat(job.rest()).isEmpty();

            wire.pass();
            database.run("INSERT INTO t VALUES (3)");
            assertThat(keys(job.take(2))).containsExactly(2, 3);
            TestDatabase.await("all is known to be read", () -> is(Metrics.most("sourceLagMilliseconds") == 0));
            assertThat(Metrics.least("connected")).isEqualTo(1);
            assertThat(job.rest()).isEmpty();
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void theLagGrowsAcrossARestart(@TempDir Path folder) throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
        String savepoint;
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitSnapshot();
            TestDatabase.await("all is known to be read", () -> is(Metrics.most("sourceLagMilliseconds") == 0));
            savepoint = job.stop(folder);
        }
        long stopped = System.currentTimeMillis();
        CaptureJob.Setup again = CaptureJob.of(CaptureJob.plan(settings)).from(savepoint);
        wire.swallow();
        try (CaptureJob job = again.start()) {
            TestDatabase.await(
                    "it is away", () -> is(Metrics.areThere("connected") && Metrics.least("connected") == 0));
            long atLeast = System.currentTimeMillis() - stopped;
            assertThat(Metrics.most("sourceLagMilliseconds")).isBetween(atLeast, 3_600_000L);
            wire.pass();
            TestDatabase.await("all is known to be read", () -> is(Metrics.most("sourceLagMilliseconds") == 0));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aChunkIsReadAgain() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a text)",
                "ALTER TABLE t ALTER a SET STORAGE PLAIN",
                "INSERT INTO t SELECT i, repeat('x', 4000) FROM generate_series(1, 12000) i",
                "ANALYZE t");
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            database.await("count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND query LIKE 'COPY%' AND state = 'active'");
            wire.swallow();
            job.release();
            TestDatabase.await("it is seen", () -> is(Metrics.least("connected") == 0));
            wire.pass();
            Target target = new Target();
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a")));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** The server answers, so it is not taken for dead, however long others hold the lock. */
    @Test
    void aLockIsWaitedForAsLongAsOthersHoldIt() throws Exception {
        settings.put("postgres.read-timeout", "1 s");
        settings.put("postgres.reconnect-timeout", "1 s");
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        PostgresCapture capture = CaptureJob.plan(settings);
        try (Connection other = database.open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
            try (CaptureJob job = CaptureJob.of(capture).start()) {
                Set<String> waiting = new HashSet<>();
                while (waiting.size() < 5) {
                    waiting.add(String.valueOf(database.ask("SELECT max(query_start) FROM pg_stat_activity WHERE"
                            + " datname = current_database() AND wait_event_type = 'Lock'")));
                }
                other.rollback();
                assertThat(keys(job.take(1))).containsExactly(1);
            }
        }
    }

    private static List<Integer> keys(List<Captured> captured) {
        return captured.stream().map(one -> ((Change) one).key().getInt(0)).toList();
    }

    private static String is(boolean so) {
        return so ? "t" : "f";
    }
}
