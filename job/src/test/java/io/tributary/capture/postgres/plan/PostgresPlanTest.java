package io.tributary.capture.postgres.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.FromVersion;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.change.Comments;
import io.tributary.change.Position;
import io.tributary.change.RequiredColumns;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class PostgresPlanTest {

    private static final String ADD_LATE = "ALTER PUBLICATION \"tributary\" ADD TABLE \"public\".\"late\"";

    private TestDatabase database;
    private String user;

    @BeforeEach
    void createDatabase() throws Exception {
        database = TestDatabase.create();
        user = "user_" + database.name();
        database.run("CREATE ROLE " + user + " WITH LOGIN REPLICATION PASSWORD '" + TestDatabase.PASSWORD + "'");
    }

    @AfterEach
    void dropDatabase() throws Exception {
        database.run("DROP OWNED BY " + user, "DROP ROLE " + user);
        database.close();
    }

    @Test
    void findsNothingWrongAndChangesNothing() throws Exception {
        database.run("CREATE TABLE t (b int, id bigint, a text, PRIMARY KEY (id, b))");
        PostgresPlan plan = plan(database.settings("public.t"));
        Problems problems = new Problems();
        plan.check(problems);
        assertThat(problems.sentences()).isEmpty();
        assertThat(plan.schemas())
                .hasSize(1)
                .hasEntrySatisfying(
                        "t",
                        schema -> assertThat(schema)
                                .hasToString("t[b INT NOT NULL, id BIGINT NOT NULL, a STRING] key [id, b]"));
        assertThat(plan.statements())
                .containsExactly("CREATE PUBLICATION \"tributary\" FOR TABLE \"public\".\"t\""
                        + " WITH (publish_via_partition_root = true)");
        assertThat(database.ask("SELECT count(*) FROM pg_publication")).isEqualTo("0");
        assertThat(database.ask("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                .isEqualTo("0");
        plan.start();
        assertThat(problems(database.settings("public.t"))).isEmpty();
    }

    /** Else the rest of a snapshot would be read at a position that passes over the deletes since the first start. */
    @Test
    void knowsWhichColumnsAreNeverNullFromNowOn() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b text, c int NOT NULL)");
        PostgresPlan plan = plan(database.settings("public.t"));
        plan.check(new Problems());
        RequiredColumns required = plan.requiredColumns().get("t");
        assertThat(required.names()).containsExactly("a", "c", "id");

        database.run("ALTER TABLE t ALTER a DROP NOT NULL", "INSERT INTO t VALUES (1, NULL, NULL, 1)");
        long later = Long.parseLong(database.ask("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint::text"));
        assertThat(required.isReplaced(Position.of(1, 0))).isTrue();
        assertThat(required.isReplaced(Position.of(later, 0))).isFalse();
        // In an era after the first.
        assertThat(required.isReplaced(Position.of(3L << 48 | 1, 0))).isTrue();
        assertThat(required.isReplaced(Position.of(3L << 48 | later, 0))).isFalse();

        plan.check(new Problems());
        assertThat(plan.requiredColumns().get("t").names()).containsExactly("c", "id");
    }

    @Test
    void knowsWhatIsSaidOfATableAndOfTheColumnsThatComeThrough() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a text, secret text, gone text)",
                "COMMENT ON TABLE t IS 'All of them'",
                "COMMENT ON COLUMN t.a IS 'The first'",
                "COMMENT ON COLUMN t.secret IS 'Not for all'",
                "COMMENT ON COLUMN t.gone IS 'Once'",
                "ALTER TABLE t DROP COLUMN gone");
        PostgresPlan plan = plan(with(database.settings("public.t"), "tables.t.columns.exclude", "secret"));
        plan.check(new Problems());
        Comments comments = requireNonNull(plan.comments().get("t"));
        assertThat(comments.table()).isEqualTo("All of them");
        assertThat(comments.columns()).containsExactly(entry("a", "The first"));
    }

    @Test
    void aSecondStartReadsTheSlotFromTheSamePosition() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
        PostgresPlan first = plan(database.settings("public.t"));
        first.check(new Problems());
        SlotPosition start = first.start().start();

        database.run("INSERT INTO t SELECT generate_series(1, 100)", "DELETE FROM t");

        PostgresPlan second = plan(database.settings("public.t"));
        second.check(new Problems());
        assertThat(second.start().start().lsn()).isEqualTo(start.lsn());
    }

    @Test
    void saysWhichSettingKeepsItFromConnecting() {
        Map<String, String> password = database.settings("public.t");
        Problems problems = new Problems();
        PostgresPlan.of(PostgresSettings.from(
                        Given.of(Configuration.fromMap(password), TestDatabase.secrets("wrong-one"), new Problems())))
                .check(problems);
        assertThat(problems.sentences())
                .containsExactly("postgres.password: PostgreSQL at localhost:" + database.port()
                        + " refuses the password of user reader; check env:PASSWORD");
        assertThat(problems(with(database.settings("public.t"), "postgres.database", "nowhere")))
                .containsExactly(
                        "postgres.database: PostgreSQL at localhost:" + database.port() + " has no database nowhere");
        assertThat(problems(with(database.settings("public.t"), "postgres.port", "1")))
                .singleElement()
                .asString()
                .startsWith("postgres.hostname, postgres.port: no PostgreSQL answers at localhost:1: ");
    }

    @Test
    void saysWhatIsWrongWithEachTable() throws Exception {
        database.run(
                "CREATE TABLE keyless (a int)",
                "CREATE TABLE named (a int, b int)",
                "CREATE TABLE mute (id int PRIMARY KEY)",
                "ALTER TABLE mute REPLICA IDENTITY NOTHING",
                "CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY)",
                "CREATE VIEW look AS SELECT 1");
        Map<String, String> settings =
                database.settings("public.keyless;public.named;public.mute;public.unlogged;public.look;public.none");
        settings.put("tables.named.key", "a");
        assertThat(problems(settings))
                .containsExactly(
                        "Table public.keyless has no primary key; run ALTER TABLE \"public\".\"keyless\" ADD PRIMARY KEY"
                                + " (<columns>), or set tables.keyless.key to columns that are unique and run ALTER TABLE"
                                + " \"public\".\"keyless\" REPLICA IDENTITY FULL",
                        "Updates and deletes of table public.named do not carry its key a; run ALTER TABLE"
                                + " \"public\".\"named\" REPLICA IDENTITY FULL",
                        "Table public.mute has REPLICA IDENTITY NOTHING, so updates and deletes cannot be told; run ALTER"
                                + " TABLE \"public\".\"mute\" REPLICA IDENTITY DEFAULT",
                        "postgres.tables: public.unlogged is not logged in the WAL; run ALTER TABLE"
                                + " \"public\".\"unlogged\" SET LOGGED",
                        "postgres.tables: public.look is not a table; only tables can be captured",
                        "postgres.tables: there is no table public.none");
    }

    /** Else the application could not update or delete a row any more, from the start on. */
    @Test
    void nothingIsPublishedThatCouldNotBeUpdatedThen() throws Exception {
        database.run(
                "CREATE TABLE d (id int PRIMARY KEY DEFERRABLE, v text)",
                "CREATE TABLE p (id int NOT NULL, d int NOT NULL, v text, PRIMARY KEY (id, d)) PARTITION BY LIST (d)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (id)",
                "CREATE TABLE \"P 2\" PARTITION OF p2 DEFAULT",
                "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)",
                "CREATE UNIQUE INDEX p3_d ON p3 (d)",
                "ALTER TABLE \"P 2\" REPLICA IDENTITY NOTHING",
                "ALTER TABLE p3 REPLICA IDENTITY USING INDEX p3_d",
                "CREATE TABLE q (id int NOT NULL, d int NOT NULL) PARTITION BY LIST (d)",
                "CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1)",
                "ALTER TABLE q REPLICA IDENTITY FULL",
                "CREATE TABLE i (id int PRIMARY KEY, n int NOT NULL)",
                "CREATE UNIQUE INDEX i_n ON i (n)",
                "ALTER TABLE i REPLICA IDENTITY USING INDEX i_n",
                "DROP INDEX i_n");
        Map<String, String> settings = database.settings("public.d;public.p;public.q;public.i");
        settings.put("tables.q.key", "id");
        assertThat(problems(settings))
                .containsExactly(
                        "The primary key of table public.d is DEFERRABLE, so PostgreSQL would refuse every UPDATE and"
                                + " DELETE as soon as it is published; run ALTER TABLE \"public\".\"d\" REPLICA IDENTITY"
                                + " FULL, or make the key NOT DEFERRABLE",
                        "Partition public.P 2 of table public.p has REPLICA IDENTITY NOTHING, so updates and deletes cannot"
                                + " be told; run ALTER TABLE \"public\".\"P 2\" REPLICA IDENTITY DEFAULT",
                        "Updates and deletes of partition public.p3 of table public.p do not carry its key id, d; run ALTER"
                                + " TABLE \"public\".\"p3\" REPLICA IDENTITY FULL",
                        "Updates and deletes of partition public.q1 of table public.q do not carry its key id; run ALTER"
                                + " TABLE \"public\".\"q1\" REPLICA IDENTITY FULL",
                        "The index that is the REPLICA IDENTITY of table public.i is gone or cannot be used, so updates and"
                                + " deletes cannot be told; run ALTER TABLE \"public\".\"i\" REPLICA IDENTITY DEFAULT");
        database.run(
                "ALTER TABLE d REPLICA IDENTITY FULL",
                "ALTER TABLE \"P 2\" REPLICA IDENTITY DEFAULT",
                "ALTER TABLE p3 REPLICA IDENTITY FULL",
                "ALTER TABLE q1 REPLICA IDENTITY FULL",
                "ALTER TABLE i REPLICA IDENTITY DEFAULT");
        PostgresPlan plan = plan(settings);
        Problems problems = new Problems();
        plan.check(problems);
        assertThat(problems.sentences()).isEmpty();
        plan.start();
        database.run(
                "INSERT INTO d VALUES (1, 'a')",
                "INSERT INTO p VALUES (1, 1, 'a'), (1, 2, 'a'), (1, 3, 'a')",
                "INSERT INTO q VALUES (1, 1)",
                "INSERT INTO i VALUES (1, 1)");
        for (String table : new String[] {"d", "p", "q", "i"}) {
            database.run("UPDATE " + table + " SET id = id + 1", "DELETE FROM " + table);
        }
    }

    @Test
    void ofPartitionsWithTheSameFaultAFewAreNamed() throws Exception {
        database.run("CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)");
        for (int i = 0; i < 8; i++) {
            database.run(
                    "CREATE TABLE p" + i + " PARTITION OF p FOR VALUES FROM (" + i + ") TO (" + (i + 1) + ")",
                    "ALTER TABLE p" + i + " REPLICA IDENTITY NOTHING");
        }
        assertThat(problems(database.settings("public.p")))
                .hasSize(6)
                .last()
                .isEqualTo("So it is with 3 more partitions of table public.p");
    }

    @Test
    void eachRowIsToldUnderOneName() throws Exception {
        database.run(
                "CREATE TABLE par (id int PRIMARY KEY, v text)",
                "CREATE TABLE chi (extra int, PRIMARY KEY (id)) INHERITS (par)",
                "CREATE TABLE grand (PRIMARY KEY (id)) INHERITS (chi)",
                "CREATE TABLE p (id int, d int, PRIMARY KEY (id, d)) PARTITION BY LIST (d)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                "CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true)");
        assertThat(problems(database.settings("public.par;public.chi")))
                .containsExactly(
                        "postgres.tables: a SELECT from public.par has the rows of tables that inherit from it, which are"
                                + " captured under their own names alone; add public.grand",
                        "postgres.tables: a SELECT from public.chi has the rows of tables that inherit from it, which are"
                                + " captured under their own names alone; add public.grand");
        assertThat(problems(database.settings("public.par;public.chi;public.grand")))
                .isEmpty();
        assertThat(problems(database.settings("public.p;public.p1")))
                .containsExactly(
                        "postgres.tables: public.p1 is a partition of public.p, under whose name its changes come;"
                                + " take one of the two out");
        assertThat(problems(database.settings("public.p1"))).isEmpty();
        assertThat(problems(with(database.settings("public.p1"), "postgres.publication", "everything")))
                .containsExactly(
                        "postgres.tables: publication everything tells of the rows of partition public.p1 under the"
                                + " name of public.p; capture public.p in its place, or set postgres.publication to one that does"
                                + " not have it");
        assertThat(problems(with(database.settings("public.p"), "postgres.publication", "everything")))
                .isEmpty();
    }

    /** It would keep WAL until the disk is full. */
    @Test
    void aSlotIsDroppedAgainWhereNoJobComesOfIt() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
        String slots = "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()";
        PostgresPlan first = checked("public.t");
        first.start();
        assertThat(database.ask(slots)).isEqualTo("1");
        first.undo();
        assertThat(database.ask(slots)).isEqualTo("0");
        checked("public.t").start();
        PostgresPlan second = checked("public.t");
        second.start();
        second.undo();
        assertThat(database.ask(slots)).as("that of the job before").isEqualTo("1");
    }

    @Test
    void saysWhatTheUserMayNot() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "ALTER ROLE " + user + " NOREPLICATION");
        Map<String, String> settings = with(database.settings("public.t"), "postgres.username", user);
        String publication = "postgres.publication: publication tributary does not exist; run CREATE PUBLICATION"
                + " \"tributary\" FOR TABLE \"public\".\"t\" WITH (publish_via_partition_root = true), which user "
                + user + " may not";
        assertThat(problems(settings))
                .containsExactly(
                        "User " + user + " may not replicate; run ALTER ROLE \"" + user
                                + "\" WITH REPLICATION (on RDS and Aurora GRANT rds_replication TO \"" + user + "\")",
                        "Table public.t cannot be read; run GRANT SELECT ON \"public\".\"t\" TO \"" + user + "\"",
                        publication);
        database.run("ALTER ROLE " + user + " REPLICATION", "GRANT SELECT ON t TO " + user);
        assertThat(problems(settings)).containsExactly(publication);
        for (String grant : Grants.of(List.of(TestDatabase.settings(settings)))) {
            if (!grant.startsWith("CREATE ROLE")) {
                database.run(grant);
            }
        }
        assertThat(problems(settings)).isEmpty();
        for (int start = 1; start <= 2; start++) {
            PostgresPlan plan = plan(settings);
            plan.check(new Problems());
            plan.start();
        }
    }

    @Test
    @FromVersion(value = 15, because = "publications may leave out rows and columns")
    void saysThatThePublicationLeavesOutRowsOrColumns() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a text)",
                "CREATE TABLE u (id int PRIMARY KEY, a text)",
                "CREATE PUBLICATION tributary FOR TABLE t (id), u WHERE (id > 5)");
        assertThat(problems(database.settings("public.t;public.u")))
                .containsExactlyInAnyOrder(
                        "postgres.publication: publication tributary leaves out rows or columns of table public.t;"
                                + " take the table out and add it whole: ALTER PUBLICATION \"tributary\" DROP TABLE"
                                + " \"public\".\"t\", ALTER PUBLICATION \"tributary\" ADD TABLE \"public\".\"t\"",
                        "postgres.publication: publication tributary leaves out rows or columns of table public.u;"
                                + " take the table out and add it whole: ALTER PUBLICATION \"tributary\" DROP TABLE"
                                + " \"public\".\"u\", ALTER PUBLICATION \"tributary\" ADD TABLE \"public\".\"u\"");
        database.run("ALTER PUBLICATION tributary SET TABLE t, u");
        assertThat(problems(database.settings("public.t;public.u"))).isEmpty();
    }

    @Test
    @FromVersion(value = 18, because = "publications may have generated columns")
    void saysThatThePublicationHasGeneratedColumns() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id * 2) STORED)",
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish_generated_columns = stored)");
        assertThat(problems(database.settings("public.t")))
                .containsExactly(
                        "postgres.publication: publication tributary publishes generated columns, which are not"
                                + " captured; run ALTER PUBLICATION \"tributary\" SET (publish_generated_columns = none),"
                                + " or let SQL compute them");
        database.run("ALTER PUBLICATION tributary SET (publish_generated_columns = none)");
        assertThat(problems(database.settings("public.t"))).isEmpty();
    }

    @Test
    void saysWhatThePublicationLeavesOut() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, a text)",
                "CREATE TABLE u (id int PRIMARY KEY)",
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish = 'insert')");
        Map<String, String> settings =
                with(database.settings("public.t;public.u"), "postgres.manage-publication", "false");
        assertThat(problems(settings))
                .containsExactlyInAnyOrder(
                        "postgres.publication: publication tributary does not cover what is captured; run ALTER"
                                + " PUBLICATION \"tributary\" ADD TABLE \"public\".\"u\"",
                        "postgres.publication: publication tributary does not cover what is captured; run ALTER"
                                + " PUBLICATION \"tributary\" SET (publish = 'insert, update, delete, truncate')");
        PostgresPlan plan = plan(with(settings, "postgres.manage-publication", "true"));
        plan.check(new Problems());
        plan.start();
        assertThat(problems(with(settings, "postgres.manage-publication", "false")))
                .isEmpty();
    }

    /** Else a truncated table would keep its rows. */
    @Test
    void aPublicationHasToTellOfTruncates() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "CREATE PUBLICATION tributary FOR TABLE t WITH (publish = 'insert, update, delete')");
        Map<String, String> settings = with(database.settings("public.t"), "postgres.manage-publication", "false");
        String statement = "ALTER PUBLICATION \"tributary\" SET (publish = 'insert, update, delete, truncate')";
        assertThat(problems(settings)).singleElement().asString().endsWith("run " + statement);
        database.run(statement);
        assertThat(problems(settings)).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithTheSlot() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "SELECT pg_create_physical_replication_slot('" + database.slot() + "')");
        String drop = "SELECT pg_drop_replication_slot('" + database.slot() + "')";
        assertThat(problems(database.settings("public.t")))
                .containsExactly("postgres.slot: replication slot " + database.slot()
                        + " is one of no plugin, not of pgoutput; choose another name, or drop it with " + drop);
        database.run(drop);
        Map<String, String> settings = database.settings("public.t");
        try (CaptureJob job = CaptureJob.start(settings)) {
            database.run("INSERT INTO t VALUES (1)");
            job.take(1);
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (readers(settings).isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertThat(problems(settings)).as("a plan is made beside it").isEmpty();
            assertThat(readers(settings))
                    .singleElement()
                    .asString()
                    .startsWith("postgres.slot: replication slot " + database.slot()
                            + " is being read by another job (process ");
        }
    }

    @Test
    void saysWhichSettingsAreMissingOrWrong() {
        Problems problems = new Problems();
        PostgresSettings.from(Given.of(new Configuration(), TestDatabase.secrets(""), problems));
        assertThat(problems.sentences())
                .containsExactly(
                        "postgres.hostname is missing",
                        "postgres.database is missing",
                        "postgres.username is missing",
                        "postgres.password is missing: write env:NAME, file:/path or secretsmanager:id#key",
                        "postgres.tables is missing: list the tables to capture, as schema.table");
        Problems more = new Problems();
        Map<String, String> settings = database.settings("t;public.a;other.a;public.x=../../../escape;public.a/b");
        settings.put("postgres.slot", "Big-Slot");
        settings.put("postgres.jdbc.sslPassword", "x");
        settings.put("postgres.jdbc.user", "x");
        PostgresSettings.from(Given.of(Configuration.fromMap(settings), TestDatabase.secrets("x"), more));
        assertThat(more.sentences())
                .containsExactlyInAnyOrder(
                        "postgres.tables: 't' has to be schema.table or schema.table=alias",
                        "postgres.tables: two tables go by the name a; give one of them an alias: other.a=<another name>",
                        "postgres.tables: no table can be named '../../../escape', which holds a separator of paths: give"
                                + " it another name, as <table>=<name>",
                        "postgres.tables: no table can be named 'a/b', which holds a separator of paths: give it another"
                                + " name, as <table>=<name>",
                        "postgres.slot: 'Big-Slot' is not the name of a replication slot: use up to 63 lower-case letters,"
                                + " digits and underscores",
                        "postgres.jdbc.sslPassword has to be a reference to a secret, not the secret itself: write"
                                + " env:NAME, file:/path or secretsmanager:id#key",
                        "postgres.jdbc.user is not passed on: set postgres.username and postgres.password");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForTransactionsThatWroteBeforeTheirTableWasPublished(boolean byAnAdministrator) throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE late (id int PRIMARY KEY)");
        checked("public.t").start();
        try (Connection other = database.open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO late VALUES (1)");
            if (byAnAdministrator) {
                database.run(ADD_LATE);
            }
            PostgresPlan second = checked("public.t;public.late");
            assertThat(second.statements()).isEqualTo(byAnAdministrator ? List.of() : List.of(ADD_LATE));
            assertThat(waits(second, other)).isTrue();
        }
    }

    /** Else a job could not be resumed while anybody's long transaction runs. */
    @Test
    @Timeout(60)
    void waitsForNoTransactionThatBeganAfterTheTablesWerePublished() throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "CREATE SCHEMA more",
                "CREATE PUBLICATION tributary FOR TABLE t"
                        + (TestDatabase.version() < 15 ? "" : ", TABLES IN SCHEMA more"));
        checked("public.t").start();
        try (Connection other = database.open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("INSERT INTO t VALUES (1)");
            database.run("INSERT INTO t VALUES (2)");
            checked("public.t").start();
            other.commit();
        }
    }

    /** Whether the start waits for the open transaction, which is committed as soon as it does. */
    private boolean waits(PostgresPlan plan, Connection other) throws Exception {
        AtomicBoolean started = new AtomicBoolean();
        CompletableFuture<Boolean> waited = CompletableFuture.supplyAsync(() -> {
            try {
                while (!started.get()
                        && database.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                        + " AND pid <> pg_backend_pid() AND query LIKE '%txid_snapshot_xmin%'")
                                .equals("0")) {
                    Thread.onSpinWait();
                }
                boolean before = !started.get();
                other.commit();
                return before;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        plan.start();
        started.set(true);
        return waited.get();
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        settings.put(key, value);
        return settings;
    }

    private PostgresPlan checked(String tables) {
        PostgresPlan plan = plan(database.settings(tables));
        plan.check(new Problems());
        return plan;
    }

    private static PostgresPlan plan(Map<String, String> settings) {
        return PostgresPlan.of(TestDatabase.settings(settings));
    }

    @Test
    void columnsThatAreToBeLeftOutAreThereAndAreNotOfTheKey() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, email text, card text)");
        Map<String, String> settings = database.settings("public.t");
        settings.put("tables.t.columns.exclude", "id;crad");
        settings.put("tables.t.columns.hash", "mail");
        settings.put("columns.hash-key", "secretsmanager:key");
        Problems problems = new Problems();
        PostgresPlan plan = PostgresPlan.of(read(settings));
        plan.check(problems);
        assertThat(problems.sentences())
                .containsExactly(
                        "tables.t.columns.exclude names id, which is of the table's key: rows are found by it, so it cannot be"
                                + " left out. Take it out, or name it in tables.t.columns.hash instead",
                        "tables.t.columns.exclude: table public.t has no column crad; there are card, email, id",
                        "tables.t.columns.hash: table public.t has no column mail; did you mean email?");
        settings.put("tables.t.columns.exclude", "card");
        settings.put("tables.t.columns.hash", "id;email");
        PostgresPlan right = PostgresPlan.of(read(settings));
        right.check(new Problems());
        assertThat(right.schemas().get("t"))
                .hasToString("t[id STRING NOT NULL (hashed), email STRING (hashed)] key [id]");
        settings.put("postgres.reader", "flink-cdc");
        Problems ofConnector = new Problems();
        PostgresPlan.of(read(settings)).check(ofConnector);
        assertThat(ofConnector.sentences())
                .containsExactly(
                        "tables.t.columns.hash names a column of the key, and the reader flink-cdc keeps values of it"
                                + " in its state: set postgres.reader to native");
    }

    private static PostgresSettings read(Map<String, String> settings) {
        Problems problems = new Problems();
        Secrets secrets = new Secrets(name -> TestDatabase.PASSWORD, name -> "0123456789abcdef0123456789abcdef");
        PostgresSettings read = PostgresSettings.from(Given.of(Configuration.fromMap(settings), secrets, problems));
        assertThat(problems.sentences()).isEmpty();
        return read;
    }

    /** What keeps a job from starting just now. */
    private static List<String> readers(Map<String, String> settings) {
        PostgresPlan plan = plan(settings);
        plan.check(new Problems());
        Problems problems = new Problems();
        plan.checkFree(problems);
        assertThat(plan.remarks()).hasSameSizeAs(problems.sentences());
        return problems.sentences();
    }

    private static List<String> problems(Map<String, String> settings) {
        Problems problems = new Problems();
        plan(settings).check(problems);
        return problems.sentences();
    }
}
