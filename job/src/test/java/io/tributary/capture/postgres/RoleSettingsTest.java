package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator may have set for the job's user; and what this user may not. */
class RoleSettingsTest {

    private TestDatabase database;
    private String user;
    private Map<String, String> settings;

    @BeforeEach
    void createDatabase() throws Exception {
        database = TestDatabase.create();
        user = "user_" + database.name();
        database.run("CREATE ROLE " + user + " WITH LOGIN REPLICATION PASSWORD '" + TestDatabase.PASSWORD + "'");
        settings = database.settings("public.t");
        settings.put("postgres.reader", "native");
        settings.put("postgres.username", user);
    }

    @AfterEach
    void dropDatabase() throws Exception {
        database.run("DROP OWNED BY " + user);
        database.close();
        TestDatabase.dropRole(user);
    }

    @Test
    void timeoutsEndNothing() throws Exception {
        for (String timeout : List.of(
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "idle_session_timeout",
                "transaction_timeout")) {
            if (timeout.equals("transaction_timeout") && TestDatabase.version() < 17) {
                continue;
            }
            database.run("ALTER ROLE " + user + " SET " + timeout + " = 300");
        }
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, body text)",
                "ALTER TABLE t ALTER body SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, repeat('x', 8000) FROM generate_series(1, 3000) i",
                "ALTER TABLE t OWNER TO " + user,
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + user);
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            database.await("bool_or(clock_timestamp() - xact_start > '1 s') FROM pg_stat_activity WHERE usename = '"
                    + user + "' AND query LIKE 'COPY%' AND state = 'active'");
            Set<String> before = sessions();
            job.release();
            Target target = new Target();
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "body")));
            // A lookup with the session that was idle for longer than its role allows.
            database.run("UPDATE t SET id = -id WHERE id = 1");
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "body")));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            Set<String> walSender = sessions();
            walSender.retainAll(before);
            assertThat(walSender).as("sessions that were never opened again").hasSizeGreaterThanOrEqualTo(2);
        }
    }

    private Set<String> sessions() throws Exception {
        return new HashSet<>(List.of(
                database.ask("SELECT string_agg(pid::text, ',') FROM pg_stat_activity WHERE usename = '" + user + "'")
                        .split(",")));
    }

    @Test
    void aRoleThatOnlyReadsByDefaultIsEnough() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "INSERT INTO t VALUES (1)",
                "GRANT SELECT ON t TO " + user,
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish_via_partition_root = true)",
                "ALTER ROLE " + user + " SET default_transaction_read_only = on",
                "ALTER ROLE " + user + " SET default_transaction_isolation = 'serializable'");
        try (CaptureJob job = CaptureJob.start(settings)) {
            database.run("INSERT INTO t VALUES (2)");
            job.awaitRows(new Target(), () -> "1\n2\n");
        }
    }

    /** Partitions may be read through their table, which is all that the user was granted. */
    @Test
    void partitionsNeedNoGrantsOfTheirOwn() throws Exception {
        database.run(
                "CREATE TABLE t (id int, part int, PRIMARY KEY (id, part)) PARTITION BY LIST (part)",
                "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)",
                "CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2)",
                "INSERT INTO t SELECT i, 1 + i % 2 FROM generate_series(1, 5000) i",
                "ANALYZE t",
                "GRANT SELECT ON t TO " + user,
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish_via_partition_root = true)");
        settings.put("postgres.snapshot-chunk-rows", "500");
        try (CaptureJob job = CaptureJob.start(settings)) {
            List<Captured> rows = job.take(5000);
            Target target = new Target();
            target.take(rows);
            assertThat(target.size()).isEqualTo(5000);
            database.run("UPDATE t SET part = 3 - part WHERE id <= 100");
            job.awaitRows(target, () -> database.ask(Target.query("t", "id", "part")));
        }
    }

    @Test
    void valuesDoNotDependOnHowTheRolePrintsThem() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, day date, at timestamp, moment timestamptz, span interval, small real,"
                        + " large double precision, bytes bytea, during tstzrange, document xml, days date[])",
                "INSERT INTO t VALUES (1, '2024-02-03', '2024-02-03 04:05:06.789', '2024-02-03 04:05:06.789+00',"
                        + " '1 year 2 days 3 hours', 0.1, 1.0::float8 / 3, '\\xdeadbeef', '[2024-02-03Z,2024-02-04Z)',"
                        + " '<a/>', '{2024-02-03}')",
                "GRANT SELECT ON t TO " + user,
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish_via_partition_root = true)");
        List<String> plain = values();
        for (String setting : List.of(
                "DateStyle = 'German, DMY'",
                "TimeZone = 'Asia/Kolkata'",
                "IntervalStyle = 'sql_standard'",
                "extra_float_digits = -5",
                "bytea_output = 'escape'",
                "xmloption = 'document'",
                "client_encoding = 'LATIN1'")) {
            database.run("ALTER ROLE " + user + " SET " + setting);
        }
        database.run("SELECT pg_drop_replication_slot('" + database.slot() + "')");
        assertThat(values()).isEqualTo(plain);
    }

    /** Of the row as the snapshot has it, and as the slot has it. */
    private List<String> values() throws Exception {
        try (CaptureJob job = CaptureJob.start(settings)) {
            Change read = job.changes(1).get(0);
            job.awaitSnapshot();
            database.run("UPDATE t SET id = 1");
            Change updated = job.changes(1).get(0);
            assertThat(texts(updated)).isEqualTo(texts(read));
            return texts(read);
        } finally {
            database.await("NOT active FROM pg_replication_slots WHERE slot_name = '" + database.slot() + "'");
        }
    }

    private static List<String> texts(Change change) {
        RowData row = java.util.Objects.requireNonNull(change.row());
        return change.schema().columns().stream()
                .map(column -> {
                    int index = change.schema().columns().indexOf(column);
                    Object value =
                            RowData.createFieldGetter(column.type(), index).getFieldOrNull(row);
                    return value instanceof byte[] ? java.util.Arrays.toString((byte[]) value) : String.valueOf(value);
                })
                .collect(Collectors.toList());
    }
}
