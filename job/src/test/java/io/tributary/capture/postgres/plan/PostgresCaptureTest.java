package io.tributary.capture.postgres.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(PostgresSettings.ReaderChoice.class)
@Tag("slow")
class PostgresCaptureTest {

    @Parameter
    private PostgresSettings.ReaderChoice reader;

    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = TestDatabase.create();
    }

    @AfterEach
    void dropDatabase() throws Exception {
        database.close();
    }

    @Test
    void readsTheRowsThenTheChangesInTheOrderOfTheirPositions() throws Exception {
        database.run(
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')");
        try (CaptureJob job = CaptureJob.start(settings("public.customers=people"))) {
            List<Change> rows = job.changes(2);
            assertThat(rows)
                    .allMatch(row ->
                            row.operation() == Operation.READ && row.table().equals("people"));
            database.run(
                    "INSERT INTO customers VALUES (3, 'Barbara')",
                    "UPDATE customers SET name = 'Ada L.' WHERE id = 1",
                    "BEGIN; DELETE FROM customers WHERE id = 2; INSERT INTO customers VALUES (2, 'Grace H.'); COMMIT",
                    "BEGIN; UPDATE customers SET name = 'a' WHERE id = 3; UPDATE customers SET name = 'b' WHERE id = 3;"
                            + "DELETE FROM customers WHERE id = 3; COMMIT");
            List<Change> changes = job.changes(7);
            assertThat(changes)
                    .extracting(PostgresCaptureTest::described)
                    .containsExactly("c 3 Barbara", "u 1 Ada L.", "d 2", "c 2 Grace H.", "u 3 a", "u 3 b", "d 3");
            assertThat(changes)
                    .isSortedAccordingTo(Comparator.comparing(Change::position))
                    .allMatch(change -> change.position().isAfter(rows.get(0).position()))
                    .allMatch(change -> change.schema().equals(rows.get(0).schema()))
                    .extracting(Change::position)
                    .doesNotHaveDuplicates();
            assertThat(changes.get(3).position().major())
                    .isEqualTo(changes.get(2).position().major());
        }
    }

    @Test
    void aLargeValueThatDidNotChangeIsMissingAndNotNull() throws Exception {
        database.run(
                "CREATE TABLE notes (id int PRIMARY KEY, title text, body text, blob bytea, list numeric(9,2)[], n numeric)",
                "ALTER TABLE notes ALTER body SET STORAGE EXTERNAL, ALTER blob SET STORAGE EXTERNAL,"
                        + " ALTER list SET STORAGE EXTERNAL, ALTER n SET STORAGE EXTERNAL",
                "INSERT INTO notes VALUES (1, 'a', repeat('x', 9000), decode(repeat('ff', 9000), 'hex'),"
                        + " array_fill(1.5, array[4000]), repeat('7', 20000)::numeric)");
        try (CaptureJob job = CaptureJob.start(settings("public.notes"))) {
            Change row = job.changes(1).get(0);
            assertThat(row.missing()).isEmpty();
            awaitSnapshot(job);
            database.run("UPDATE notes SET title = 'b'");
            Change update = job.changes(1).get(0);
            assertThat(update.missing()).containsExactly(2, 3, 4, 5);
            assertThat(update.schema().columns())
                    .extracting(Column::isOmissible)
                    .containsExactly(false, true, true, true, true, true);

            database.run("UPDATE notes SET id = 2");
            List<Change> moved = job.changes(2);
            assertThat(moved.get(0).operation()).isEqualTo(Operation.DELETE);
            assertThat(moved.get(1).missing())
                    .as("a new key has no earlier row")
                    .isEmpty();
            assertThat(requireNonNull(moved.get(1).row()).getString(2))
                    .isEqualTo(requireNonNull(row.row()).getString(2));
            assertThat(moved.get(1).position().isAfter(moved.get(0).position())).isTrue();

            database.run("ALTER TABLE notes REPLICA IDENTITY FULL", "UPDATE notes SET title = 'c'");
            assertThat(job.changes(1).get(0).missing())
                    .as("the old row has it all")
                    .isEmpty();
        }
    }

    @Test
    void onlyValuesThatCanBeStoredOutOfLineMayBeLeftOut() throws Exception {
        database.run(
                "CREATE DOMAIN price AS numeric(33,2)",
                "CREATE TABLE short (id int PRIMARY KEY, a numeric(33,33), b price, c varchar(5), d char(5),"
                        + " e numeric(34,2), f varchar(6), g char(6), h numeric, i varchar)",
                "ALTER TABLE short ALTER a SET STORAGE EXTERNAL, ALTER c SET STORAGE EXTERNAL, ALTER d SET STORAGE EXTERNAL,"
                        + " ALTER f SET STORAGE EXTERNAL, ALTER h SET STORAGE EXTERNAL",
                // As large as they can be, in a row that has to be made smaller.
                "ALTER TABLE short SET (toast_tuple_target = 128)",
                "INSERT INTO short VALUES (1, 0.999999999999999999999999999999999, 1234567890123456789012345678901.99, repeat(U&'\\+01F600', 5),"
                        + " repeat(U&'\\+01F600', 5), 1, 'f', 'g', repeat('7', 20000)::numeric, repeat('i', 9000))");
        try (CaptureJob job = CaptureJob.start(settings("public.short"))) {
            assertThat(job.changes(1).get(0).schema().columns())
                    .filteredOn(Column::isOmissible)
                    .extracting(Column::name)
                    .containsExactly("e", "f", "g", "h", "i");
            awaitSnapshot(job);
            database.run("UPDATE short SET e = 2");
            Change update = job.changes(1).get(0);
            assertThat(update.missing()).contains(8).doesNotContain(1, 2, 3, 4);
            assertThat(requireNonNull(update.row()).isNullAt(1)).isFalse();
            assertThat(requireNonNull(update.row()).isNullAt(3)).isFalse();
        }
    }

    @Test
    void changesWithWholeOldRowsLeaveNothingOut() throws Exception {
        database.run(
                "CREATE TABLE papers (id int PRIMARY KEY, body text)",
                "ALTER TABLE papers ALTER body SET STORAGE EXTERNAL",
                "ALTER TABLE papers REPLICA IDENTITY FULL",
                "INSERT INTO papers VALUES (1, repeat('x', 9000))");
        try (CaptureJob job = CaptureJob.start(settings("public.papers"))) {
            Change row = job.changes(1).get(0);
            assertThat(row.schema().columns()).noneMatch(Column::isOmissible);
            awaitSnapshot(job);
            database.run(
                    "UPDATE papers SET id = id",
                    "ALTER TABLE papers REPLICA IDENTITY DEFAULT",
                    "UPDATE papers SET id = id");
            List<Change> updates = job.changes(2);
            assertThat(updates.get(0).missing()).isEmpty();
            assertThat(updates.get(0).schema()).isEqualTo(row.schema());
            assertThat(requireNonNull(updates.get(0).row()).getString(1))
                    .isEqualTo(requireNonNull(row.row()).getString(1));
            assertThat(updates.get(1).missing()).containsExactly(1);
            assertThat(updates.get(1).schema().columns().get(1).isOmissible()).isTrue();
        }
    }

    @Test
    void theKeyMayBeNamedWhereThereIsNoPrimaryKey() throws Exception {
        database.run(
                "CREATE TABLE log (at timestamptz, name text, host inet NOT NULL)",
                "ALTER TABLE log REPLICA IDENTITY FULL",
                "INSERT INTO log VALUES ('2024-01-01Z', 'a', '::1')");
        Map<String, String> settings = settings("public.log");
        settings.put("tables.log.key", "host;name");
        try (CaptureJob job = CaptureJob.start(settings)) {
            assertThat(job.changes(1).get(0).schema().keyNames()).containsExactly("host", "name");
            database.run("UPDATE log SET name = 'b'", "DELETE FROM log");
            assertThat(job.changes(3))
                    .extracting(change ->
                            change.operation().code() + " " + change.key().getString(1))
                    .containsExactly("d a", "c b", "d b");
        }
    }

    @Test
    void columnsThatComeAndGoAreNoticed() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a text)", "INSERT INTO t VALUES (1, 'a')");
        try (CaptureJob job = CaptureJob.start(settings("public.t"))) {
            job.changes(1);
            database.run(
                    "CREATE TYPE size AS ENUM ('S', 'L')",
                    "ALTER TABLE t ADD COLUMN b size[], ADD COLUMN c numeric(5,1) DEFAULT 1",
                    "INSERT INTO t VALUES (2, 'a', '{S,L}', 2)",
                    "ALTER TABLE t DROP COLUMN a, ALTER c TYPE numeric(7,2)",
                    "INSERT INTO t VALUES (3, '{S}', 3)",
                    "ALTER TABLE t RENAME id TO key",
                    "DELETE FROM t WHERE key = 2");
            List<Change> changes = job.changes(2);
            assertThat(changes.get(0).schema())
                    .hasToString("t[id INT NOT NULL, a STRING, b ARRAY<STRING>," + " c DECIMAL(5, 1)] key [id]");
            assertThat(changes.get(1).schema())
                    .hasToString("t[id INT NOT NULL, b ARRAY<STRING>, c DECIMAL(7, 2)] key [id]");
            assertThat(job.take(1).get(0))
                    .asString()
                    .contains(
                            reader == PostgresSettings.ReaderChoice.NATIVE
                                    ? "DELETE t"
                                    : "no longer has the key column id");
        }
    }

    @Test
    void aTruncationIsOneChange() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        try (CaptureJob job = CaptureJob.start(settings("public.t"))) {
            job.changes(1);
            database.run("BEGIN; INSERT INTO t VALUES (2); TRUNCATE t; INSERT INTO t VALUES (3); COMMIT");
            assertThat(job.changes(3))
                    .isSortedAccordingTo(Comparator.comparing(Change::position))
                    .extracting(Change::operation)
                    .containsExactly(Operation.INSERT, Operation.TRUNCATE, Operation.INSERT);
        }
    }

    @Test
    void partitionsAreReadAsTheirTable() throws Exception {
        database.run(
                "CREATE TABLE p (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
                "INSERT INTO p VALUES (1, '2024-01-05'), (2, '2024-02-05')");
        try (CaptureJob job = CaptureJob.start(settings("public.p"))) {
            assertThat(job.changes(2)).allMatch(change -> change.table().equals("p"));
            database.run("INSERT INTO p VALUES (3, '2024-01-06')", "UPDATE p SET day = '2024-02-06' WHERE id = 1");
            assertThat(job.changes(3))
                    .allMatch(change -> change.table().equals("p"))
                    .extracting(Change::operation)
                    .containsExactly(Operation.INSERT, Operation.DELETE, Operation.INSERT);
        }
    }

    @Test
    void whatWasWrittenBeforeTheSnapshotAndCommittedAfterItIsNewer() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a text)", "INSERT INTO t VALUES (1, 'old'), (2, 'old')");
        Map<String, String> settings = settings("public.t");
        // A slot that exists does not wait for running transactions.
        CaptureJob.start(settings).close();
        try (Connection other = database.open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE t SET a = 'late' WHERE id = 1");
            try (CaptureJob job = CaptureJob.start(settings)) {
                List<Change> rows = job.changes(2);
                assertThat(rows).extracting(PostgresCaptureTest::described).contains("r 1 old");
                database.run("UPDATE t SET a = 'between' WHERE id = 2");
                Change between = job.changes(1).get(0);
                other.commit();
                Change late = job.changes(1).get(0);
                assertThat(described(late)).isEqualTo("u 1 late");
                assertThat(late.position().isAfter(rows.get(0).position())).isTrue();
                assertThat(late.position().isAfter(between.position())).isTrue();
            }
        }
    }

    @Test
    void aTransactionThatWasCutByASavepointIsReadAgainWithTheSamePositions(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE source AS SELECT generate_series(1, 20000) AS id");
        Map<String, String> settings = settings("public.t");
        Map<Integer, Position> positions = new HashMap<>();
        String savepoint;
        try (CaptureJob job = CaptureJob.startSlow(settings)) {
            awaitStream(job);
            // COPY writes many rows in one record of the WAL.
            String file = "/tmp/tributary-" + database.port() + "-" + database.name() + ".csv";
            database.run(
                    "COPY source TO PROGRAM 'cat > " + file + "'",
                    "COPY t FROM PROGRAM 'cat " + file + "; rm " + file + "'");
            remember(job.take(100), positions);
            savepoint = job.stop(savepoints);
            remember(job.rest(), positions);
        }
        assertThat(positions.size()).isBetween(100, 19999);
        database.run("INSERT INTO t VALUES (20001)");
        try (CaptureJob job = CaptureJob.resume(settings, savepoint)) {
            remember(job.changes(20001), positions);
        }
        assertThat(positions.size()).isEqualTo(20001);
    }

    /** Once known, a row's position has to stay what it is. */
    private static void remember(List<? extends Captured> captured, Map<Integer, Position> positions) {
        for (Captured one : captured) {
            Change change = (Change) one;
            Position known = positions.putIfAbsent(change.key().getInt(0), change.position());
            assertThat(change.position()).isEqualTo(known == null ? change.position() : known);
        }
    }

    @Test
    void aStateThatIsOlderThanTheSlotIsRefused(@TempDir Path savepoints) throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        Map<String, String> settings = settings("public.t");
        String old;
        try (CaptureJob job = CaptureJob.start(settings)) {
            job.changes(1);
            old = job.stop(savepoints);
        }
        try (CaptureJob job = CaptureJob.resume(settings, old)) {
            database.run("INSERT INTO t VALUES (2)");
            job.changes(1);
            awaitConfirmed(database.ask("SELECT pg_current_wal_lsn()"));
        }
        try (CaptureJob job = CaptureJob.resume(settings, old)) {
            assertThat(ExceptionUtils.stringifyException(job.failure()))
                    .contains("is further on than the state this job starts from");
        }
    }

    @Test
    void theSlotMovesOnWhileTheTablesAreIdle() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE busy (id int)");
        try (CaptureJob job = CaptureJob.start(settings("public.t"))) {
            awaitStream(job);
            for (int i = 0; i < 3; i++) {
                database.run("INSERT INTO busy SELECT generate_series(1, 10000)");
                awaitConfirmed(database.ask("SELECT pg_current_wal_lsn()"));
            }
            assertThat(job.rest()).isEmpty();
        }
    }

    /** While the snapshot is read, the native reader asks for the values that an UPDATE left out; the other one never does. */
    private void awaitSnapshot(CaptureJob job) throws Exception {
        if (reader == PostgresSettings.ReaderChoice.NATIVE) {
            job.awaitSnapshot();
        }
    }

    /** Until the snapshot is over and the slot is read; all that came is taken. The native reader's row may come behind its change. */
    private void awaitStream(CaptureJob job) throws Exception {
        database.run("INSERT INTO t VALUES (0)");
        if (job.changes(1).get(0).operation() == Operation.READ) {
            job.changes(1);
        }
        awaitSnapshot(job);
        job.rest();
    }

    private void awaitConfirmed(String lsn) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!database.ask("SELECT confirmed_flush_lsn >= '" + lsn + "' FROM pg_replication_slots WHERE slot_name = '"
                        + database.slot() + "'")
                .equals("t")) {
            assertThat(System.nanoTime())
                    .as("waiting for the slot to confirm %s", lsn)
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
    }

    @Test
    void tablesAreCutIntoChunksByTheirKey() throws Exception {
        database.run(
                "CREATE TABLE numbers (id int PRIMARY KEY)",
                "INSERT INTO numbers SELECT generate_series(1, 950)",
                "CREATE TABLE words (word text PRIMARY KEY)",
                "INSERT INTO words SELECT md5(i::text) FROM generate_series(1, 950) i",
                "CREATE TABLE ids (id uuid PRIMARY KEY)",
                "INSERT INTO ids SELECT md5(i::text)::uuid FROM generate_series(1, 950) i",
                "CREATE TYPE letter AS ENUM ('a', 'b')",
                "CREATE TABLE pairs (l letter, n numeric, PRIMARY KEY (l, n))",
                "INSERT INTO pairs SELECT 'a', i FROM generate_series(1, 950) i",
                "CREATE TABLE words_x (word text PRIMARY KEY)",
                "ANALYZE");
        Map<String, String> settings = settings("public.numbers;public.words;public.ids;public.pairs");
        settings.put("postgres.snapshot-chunk-rows", "100");
        try (CaptureJob job = CaptureJob.start(settings)) {
            Map<String, Integer> counts = new TreeMap<>();
            job.changes(4 * 950).forEach(change -> counts.merge(change.table(), 1, Integer::sum));
            assertThat(counts)
                    .containsOnlyKeys("numbers", "words", "ids", "pairs")
                    .allSatisfy((table, count) -> assertThat(count).as(table).isEqualTo(950));
            assertThat(database.ask("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                            + " AND datname = current_database()"))
                    .isEqualTo("0");
            assertThat(Integer.parseInt(database.ask(
                            "SELECT count(*) FROM pg_stat_activity WHERE datname =" + " current_database()")))
                    .as("connections")
                    .isLessThan(15);
        }
    }

    private static String described(Change change) {
        RowData row = change.row();
        return change.operation().code() + " " + change.key().getInt(0) + (row == null ? "" : " " + row.getString(1));
    }

    private Map<String, String> settings(String tables) {
        Map<String, String> settings = database.settings(tables);
        settings.put("postgres.reader", reader.toString());
        return settings;
    }
}
