package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Rules;
import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Target;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.server.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The snapshot of the reader {@code native} has every row, whatever happens to the table meanwhile. */
class SnapshotTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    private String rows() throws SQLException {
        return database.ask(Target.query("t", "id", "a"));
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

    /** As it may be with small tables in any case, if the reader that gets the slot starts late. */
    @Test
    void aSnapshotThatIsReadBeforeTheSlotIsSaidToHaveBegunAndEnded() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a int)");
        settings.put("postgres.stream-during-snapshot", "false");
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.awaitSnapshot();
            assertThat(job.announced()).containsExactly("SNAPSHOT_BEGAN t", "SNAPSHOT_ENDED t");
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
        assertThat(chunks("parts", List.of("id", "at"), pageRanges)).hasSizeGreaterThan(2);
        assertThat(chunks("nulls", List.of("a", "b"), pageRanges)).hasSizeGreaterThan(3);
        assertThat(chunks("empty", List.of("id"), pageRanges)).hasSize(1);
    }

    @Test
    void aTableThatIsGoneIsToBeTakenOutOfTheSettingThatNamesIt() throws Exception {
        try (Connection connection = database.open()) {
            ChunkCutter cutter = new ChunkCutter(new Server(connection), "sources.shop.postgres.tables", 500);
            assertThatThrownBy(() -> cutter.cut(new PostgresTable("public", "gone", "gone", null), 1, null))
                    .hasStackTraceContaining(
                            "Table public.gone is gone, and its snapshot is not complete: take it out of"
                                    + " sources.shop.postgres.tables and start the job again");
        }
    }

    /** The state has them. */
    @Test
    void boundsOfChunksAreNoValuesThatAreToBeHashed() throws Exception {
        database.run(
                "CREATE TABLE secret (id text COLLATE \"C\" PRIMARY KEY)",
                "INSERT INTO secret SELECT 'private' || i FROM generate_series(1, 5000) i",
                "ANALYZE secret");
        assertThat(chunks("secret", List.of("id"), false)).hasSizeGreaterThan(3);
        PostgresTable hashed = new PostgresTable("public", "secret", "secret", new ArrayList<>(List.of("id")))
                .withRules(Rules.of("hash", "id"));
        try (Connection connection = database.open()) {
            assertThat(new ChunkCutter(new Server(connection), "postgres.tables", 500, false).cut(hashed, 1, null))
                    .extracting(Chunk::condition)
                    .containsExactly("");
            assertThat(new ChunkCutter(new Server(connection), "postgres.tables", 500, true).cut(hashed, 1, null))
                    .hasSizeGreaterThan(3);
        }
    }

    private List<Chunk> chunks(String table, List<String> key, boolean pageRanges) throws Exception {
        try (Connection connection = database.open()) {
            Server server = new Server(connection);
            List<Chunk> chunks = new ChunkCutter(server, "postgres.tables", 500, pageRanges)
                    .cut(new PostgresTable("public", table, table, new ArrayList<>(key)), 1, null);
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
