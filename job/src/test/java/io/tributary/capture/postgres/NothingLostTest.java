package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader {@code native} hands on makes the table, whatever happens to the job and to the table meanwhile. */
class NothingLostTest {

    private static final int KEYS = 200;
    private static final int QUIET_RESUMES = 10;

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    private String rows() throws SQLException {
        return database.ask(Target.query("t", "id", "a"));
    }

    /** The first transaction after a quiet moment is the one that a reader may pass over. */
    @Test
    void savepointsAtQuietMomentsLoseNothing(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + KEYS + ") i");
        Target target = new Target();
        Load load = new Load();
        String savepoint = null;
        try {
            for (int round = 0; round < QUIET_RESUMES; round++) {
                try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
                    target.take(job.take(50));
                    load.pause();
                    job.awaitRows(target, this::rows);
                    if (round % 2 == 0) {
                        // So long that the server's keep-alives have moved the position past the last commit.
                        awaitConfirmed(database.ask("SELECT pg_current_wal_lsn()"));
                    }
                    savepoint = job.stop(savepoints);
                    target.take(job.rest());
                    load.goOn();
                }
            }
        } finally {
            load.end();
        }
        try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
            job.awaitRows(target, this::rows);
        }
    }

    private void awaitConfirmed(String lsn) throws SQLException {
        database.await("confirmed_flush_lsn >= '" + lsn + "' FROM pg_replication_slots WHERE slot_name = '"
                + database.slot() + "'");
    }

    @Test
    void savepointsUnderLoadLoseNothing(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + KEYS + ") i");
        Target target = new Target();
        Load load = new Load();
        String savepoint = null;
        try {
            for (int round = 0; round < 3; round++) {
                try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
                    target.take(job.take(KEYS + 50));
                    savepoint = job.stop(savepoints);
                    target.take(job.rest());
                }
            }
        } finally {
            load.end();
        }
        try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
            job.awaitRows(target, this::rows);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"VACUUM FULL t", "ALTER TABLE t ALTER a TYPE bigint", "CLUSTER t USING t_pkey"})
    void aTableThatIsWrittenAnewBetweenItsChunksIsReadWhole(String rewriting) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, i FROM generate_series(40000, 1, -1) i",
                "DELETE FROM t WHERE id % 3 = 0",
                "VACUUM ANALYZE t");
        // More than a held reader has under way, which so is within its first chunk.
        settings.put("postgres.snapshot-chunk-rows", "4000");
        Target target = new Target();
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            database.await("count(*) > 0 FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessShareLock'");
            CompletableFuture<Void> rewritten = CompletableFuture.runAsync(() -> run(rewriting));
            TestDatabase.await(
                    "it waits for a chunk",
                    () -> rewritten.isDone()
                            ? "t"
                            : database.ask("SELECT count(*) > 0 FROM pg_locks WHERE relation = 't'::regclass"
                                    + " AND mode = 'AccessExclusiveLock' AND NOT granted"));
            job.release();
            rewritten.join();
            job.awaitSnapshot();
            job.awaitRows(target, this::rows);
            assertThat(target.taken()).as("what was read before is read again").isGreaterThan(target.size());
        }
    }

    /** Each subtask is a region of its own here, so the other one goes on. */
    @Test
    void readersThatFailInTheSnapshotLoseNothing() throws Exception {
        fill(20_000);
        Target target = new Target();
        try (CaptureJob job = CaptureJob.of(settings).restarting().slow().start()) {
            for (int reader : new int[] {1, 0}) {
                target.take(job.take(2000));
                job.fail(reader);
                change(1 + reader);
                while (job.isToFail()) {
                    target.take(job.take(1));
                }
            }
            assertThat(job.announced()).doesNotContain("SNAPSHOT_ENDED t");
            job.awaitSnapshot();
            job.awaitRows(target, this::rows);
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    @Test
    void aJobThatIsKilledAndRescaledInTheSnapshotLosesNothing(@TempDir Path folder) throws Exception {
        fill(40_000);
        Target target = new Target();
        String state;
        try (CaptureJob job =
                CaptureJob.of(settings).slow().keepingCheckpoints(folder).start()) {
            target.take(job.take(3000));
            job.awaitCheckpoint();
            state = job.kill();
            target.take(job.rest());
            assertThat(job.announced()).doesNotContain("SNAPSHOT_ENDED t");
        }
        change(1);
        try (CaptureJob job =
                CaptureJob.of(settings).from(state).slow().parallel(4).start()) {
            target.take(job.take(3000));
            state = job.stop(folder);
            target.take(job.rest());
            assertThat(job.announced()).doesNotContain("SNAPSHOT_ENDED t");
        }
        change(2);
        try (CaptureJob job = CaptureJob.of(settings).from(state).parallel(1).start()) {
            job.awaitSnapshot();
            job.awaitRows(target, this::rows);
            state = job.stop(folder);
            assertThat(job.announced()).containsExactly("SNAPSHOT_BEGAN t", "SNAPSHOT_ENDED t");
        }
        change(3);
        try (CaptureJob job = CaptureJob.of(settings).from(state).start()) {
            job.awaitRows(target, this::rows);
            assertThat(job.announced()).as("after the snapshot's end").isEmpty();
        }
    }

    @Test
    void noMoreChunksAreReadAtATimeThanMayBe() throws Exception {
        fill(10_000);
        settings.put("postgres.snapshot-parallel-chunks", "1");
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(new Target(), this::rows);
            assertThat(job.readers()).containsExactly(0);
        }
    }

    @Test
    void whatIsLeftOfTheSnapshotIsCounted() throws Exception {
        fill(20_000);
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            TestDatabase.await(
                    "the chunks are cut",
                    () -> Metrics.areThere("snapshotChunksLeft") && Metrics.most("snapshotChunksLeft") >= 10
                            ? "t"
                            : "f");
            assertThat(Metrics.most("snapshotChunksLeft")).isBetween(10L, 30L);
            assertThat(Metrics.most("snapshotRowsLeft")).isBetween(10_000L, 20_000L);
            job.release();
            job.awaitSnapshot();
            assertThat(Metrics.values("snapshotChunksLeft")).containsOnly(0L);
            assertThat(Metrics.values("snapshotRowsLeft")).containsOnly(0L);
        }
    }

    private void fill(int rows) throws SQLException {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + rows + ") i",
                "ANALYZE t");
        settings.put("postgres.snapshot-chunk-rows", "1000");
    }

    /** Rows of all pages. */
    private void change(int n) throws SQLException {
        database.run(
                "UPDATE t SET a = " + n + " WHERE id % 100 = " + n,
                "DELETE FROM t WHERE id % 1000 = " + n,
                "UPDATE t SET id = -id WHERE id % 1000 = 10 + " + n,
                "INSERT INTO t SELECT 100000 * " + n + " + i, " + n + " FROM generate_series(1, 100) i");
    }

    private void run(String sql) {
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Inserts, updates and deletes, in transactions of one to nine, some rolled back; between two of them it can be paused. */
    private final class Load {

        private final Semaphore mayChange = new Semaphore(1, true);
        private final AtomicBoolean over = new AtomicBoolean();
        private final CompletableFuture<Void> changing = CompletableFuture.runAsync(this::change);

        private void change() {
            Random random = new Random(7);
            try (Connection connection = database.open();
                    Statement statement = connection.createStatement()) {
                for (int n = 1; !over.get(); n++) {
                    mayChange.acquire();
                    try {
                        statement.execute(transaction(random, n));
                    } finally {
                        mayChange.release();
                    }
                }
            } catch (InterruptedException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private String transaction(Random random, int n) {
            StringBuilder sql = new StringBuilder("BEGIN;");
            for (int i = random.nextInt(9); i >= 0; i--) {
                int key = 1 + random.nextInt(KEYS);
                sql.append(
                        random.nextInt(4) == 0
                                ? "DELETE FROM t WHERE id = " + key + ";"
                                : "INSERT INTO t VALUES (" + key + ", " + n + ") ON CONFLICT (id) DO UPDATE SET a = "
                                        + n + ";");
            }
            return sql.append(random.nextInt(10) == 0 ? "ROLLBACK" : "COMMIT").toString();
        }

        void pause() throws InterruptedException {
            mayChange.acquire();
        }

        void goOn() {
            mayChange.release();
        }

        void end() {
            over.set(true);
            mayChange.release();
            changing.join();
        }
    }
}
