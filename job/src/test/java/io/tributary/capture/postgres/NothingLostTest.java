package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader {@code native} hands on makes the table, whatever happens to the job and to the table meanwhile. */
class NothingLostTest {

    private static final int KEYS = 200;
    private static final int ROUNDS = 10;

    private TestDatabase database;
    private Map<String, String> settings;

    @BeforeEach
    void createDatabase() throws Exception {
        database = TestDatabase.create();
        settings = database.settings("public.t");
        settings.put("postgres.reader", "native");
    }

    @AfterEach
    void dropDatabase() throws Exception {
        database.close();
    }

    @Test
    void aJobThatIsStoppedAndResumedAgainAndAgainHasEveryChange(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, 0 FROM generate_series(1, " + KEYS + ") i");
        Target target = new Target();
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> change(busy, over));
        String savepoint = null;
        try {
            for (int round = 0; round < ROUNDS; round++) {
                busy.set(true);
                try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
                    target.take(job.take(50));
                    busy.set(round % 2 == 0);
                    if (round % 2 == 1) {
                        // At a quiet moment: everything is read, and has been confirmed.
                        job.awaitRows(target, this::rows);
                        String written = database.ask("SELECT pg_current_wal_lsn()");
                        database.await("confirmed_flush_lsn >= '" + written
                                + "' FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
                    }
                    savepoint = job.stop(savepoints);
                    target.take(job.rest());
                }
            }
        } finally {
            over.set(true);
            load.join();
        }
        try (CaptureJob job = CaptureJob.of(settings).from(savepoint).start()) {
            job.awaitRows(target, this::rows);
        }
    }

    private String rows() throws SQLException {
        return database.ask(Target.query("t", "id", "a"));
    }

    /** Inserts, updates and deletes, in transactions of one to nine, some rolled back. */
    private void change(AtomicBoolean busy, AtomicBoolean over) {
        Random random = new Random(7);
        try (Connection connection = database.open();
                Statement statement = connection.createStatement()) {
            for (int n = 1; !over.get(); n++) {
                if (!busy.get()) {
                    Thread.sleep(1);
                    n--;
                    continue;
                }
                statement.execute("BEGIN");
                for (int i = random.nextInt(9); i >= 0; i--) {
                    int key = 1 + random.nextInt(KEYS);
                    statement.execute(
                            random.nextInt(4) == 0
                                    ? "DELETE FROM t WHERE id = " + key
                                    : "INSERT INTO t VALUES (" + key + ", " + n
                                            + ") ON CONFLICT (id) DO UPDATE SET a = " + n);
                }
                statement.execute(random.nextInt(10) == 0 ? "ROLLBACK" : "COMMIT");
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
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
        settings.put("postgres.snapshot-chunk-rows", "2000");
        CompletableFuture<Void> rewritten;
        Target target = new Target();
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            database.await(
                    "count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'");
            rewritten = CompletableFuture.runAsync(() -> {
                try (Connection connection = database.open();
                        Statement statement = connection.createStatement()) {
                    statement.execute(rewriting);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            database.await("count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '"
                    + rewriting.substring(0, 6) + "%'");
            job.release();
            rewritten.join();
            job.awaitSnapshot();
            job.awaitRows(target, this::rows);
        }
    }

    @Test
    void aRowThatMovesToAPageThatWasReadKeepsTheLargeValueThatItsUpdateLeftOut() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int, large text)",
                "ALTER TABLE t ALTER large SET STORAGE EXTERNAL",
                // The pages at the front have room.
                "INSERT INTO t SELECT i, 0, 'small' FROM generate_series(1, 20000) i",
                "INSERT INTO t SELECT i, 0, repeat('x', 3000) || i FROM generate_series(20001, 20100) i",
                "DELETE FROM t WHERE id <= 2000",
                "VACUUM ANALYZE t");
        settings.put("postgres.snapshot-chunk-rows", "1000");
        Target target = new Target();
        try (CaptureJob job = CaptureJob.of(settings).parallel(1).held().start()) {
            // The first chunk was read, or is being read: its rows are those before the update.
            database.await(
                    "count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%COPY%'");
            database.run("UPDATE t SET a = 1 WHERE id > 20000");
            assertThat(database.ask("SELECT count(*) > 50 FROM t WHERE id > 20000 AND ctid < '(12,0)'"))
                    .as("the rows have moved to the front")
                    .isEqualTo("t");
            job.release();
            job.awaitSnapshot();
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "a", "large")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyRowIsInOneChunk(boolean pageRanges) throws Exception {
        database.run(
                "CREATE TABLE t (name text COLLATE \"C\", n int, at date, PRIMARY KEY (name, n))",
                "INSERT INTO t SELECT chr(39) || (i % 7) || 'ä\\', i, '2024-01-01' FROM generate_series(1, 5000) i",
                "CREATE TABLE parts (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
                "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
                "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
                        + " PARTITION BY RANGE (id)",
                "CREATE TABLE parts_2a PARTITION OF parts_2 DEFAULT",
                "INSERT INTO parts SELECT i, '2024-06-01'::date + i % 500 FROM generate_series(1, 4000) i",
                "CREATE TABLE nulls (a int, b int)",
                "INSERT INTO nulls SELECT nullif(i % 50, 0), i FROM generate_series(1, 3000) i",
                "CREATE TABLE heirs () INHERITS (nulls)",
                "INSERT INTO heirs VALUES (1, 1)",
                "CREATE TABLE empty (id int PRIMARY KEY)",
                "ANALYZE t",
                "ANALYZE nulls");
        assertThat(chunks("t", List.of("name", "n"), pageRanges)).hasSizeGreaterThan(3);
        assertThat(chunks("parts", List.of("id", "at"), pageRanges)).hasSizeGreaterThan(3);
        assertThat(chunks("nulls", List.of("a", "b"), pageRanges)).hasSizeGreaterThan(3);
        assertThat(chunks("empty", List.of("id"), pageRanges)).hasSize(1);
    }

    private List<Chunk> chunks(String table, List<String> key, boolean pageRanges) throws Exception {
        try (Connection connection = database.open()) {
            Server server = new Server(connection, TestDatabase.settings(settings));
            List<Chunk> chunks = new ChunkCutter(server, 500, pageRanges)
                    .cut(new CapturedTable("public", table, table, new ArrayList<>(key)), 1, null);
            List<String> rows = new ArrayList<>();
            for (Chunk chunk : chunks) {
                rows.addAll(server.texts("SELECT tableoid || ' ' || ctid FROM ONLY " + chunk.name()
                        + (chunk.condition().isEmpty() ? "" : " WHERE " + chunk.condition())));
            }
            boolean partitioned = server.is("SELECT relkind = 'p' FROM pg_class WHERE oid = '" + table + "'::regclass");
            assertThat(rows)
                    .containsExactlyInAnyOrderElementsOf(server.texts(
                            "SELECT tableoid || ' ' || ctid FROM " + (partitioned ? "" : "ONLY ") + table));
            return chunks;
        }
    }

    @Test
    void theSnapshotIsNoFasterThanItMayBe() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, 0 FROM generate_series(1, 3000) i");
        settings.put("postgres.snapshot-rows-per-second", "1000");
        long start = System.nanoTime();
        Target target = new Target();
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitRows(target, this::rows);
        }
        assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
    }
}
