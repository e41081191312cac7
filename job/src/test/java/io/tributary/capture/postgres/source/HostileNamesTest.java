package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.CaptureJob;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.Target;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.plan.Grants;
import io.tributary.capture.postgres.server.Server;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the database calls a schema, a table, a column or a publication: it is a name in every statement we make of it. */
class HostileNamesTest {

    private static final String CANARY = "create table public.canary ()";
    /** Without a point, which ends a schema's name in the settings. */
    private static final String SCHEMA = "s\"; create table canary (); --";

    private static final String TABLE = "t'\t$$ \\ {fn x()} ?\n\"; " + CANARY + "; --";

    /** The first two are the key. */
    private static final List<String> COLUMNS = List.of(
            "\"; " + CANARY + "; --",
            "'; " + CANARY + "; --",
            "\\'; " + CANARY + "; --",
            "$$; " + CANARY + "; $$",
            "$1",
            "/* \n --",
            "?",
            "{fn now()}",
            "%s",
            "back\\slash",
            "Caps ",
            "a\tb",
            "\u00e9\u6f22\ud83d\udc18",
            "x".repeat(63));

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    /** The connector takes a table's name for a regular expression and for a name to be parsed, so it gets plain ones. */
    @ParameterizedTest
    @ValueSource(strings = {"native", "flink-cdc"})
    void aTableIsReadWhateverItsNamesAre(String reader) throws Exception {
        String schemaName = reader.equals("native") ? SCHEMA : "plain";
        String tableName = reader.equals("native") ? TABLE : "plain";
        String table = Sql.identifier(schemaName) + "." + Sql.identifier(tableName);
        List<String> quoted = COLUMNS.stream().map(Sql::identifier).collect(Collectors.toList());
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < quoted.size(); i++) {
            columns.add(quoted.get(i) + (i < 2 ? " int" : " text"));
        }
        String key = quoted.get(0) + ", " + quoted.get(1);
        String values = "lpad('', 3000, md5(i::text)), " + "i::text, ".repeat(quoted.size() - 4) + "i::text";
        String insert = "INSERT INTO " + table + " SELECT i, i, " + values + " FROM generate_series(%d, %d) i";
        database.run(
                "CREATE SCHEMA " + Sql.identifier(schemaName),
                "CREATE TABLE " + table + " (" + String.join(", ", columns) + ", PRIMARY KEY (" + key + "))",
                "ALTER TABLE " + table + " ALTER COLUMN " + quoted.get(2) + " SET STORAGE EXTERNAL",
                "GRANT USAGE ON SCHEMA " + Sql.identifier(schemaName) + " TO reader",
                "GRANT SELECT ON " + table + " TO reader",
                insert.formatted(1, 400),
                "ANALYZE " + table);
        Map<String, String> settings =
                database.settings("'" + (schemaName + "." + tableName).replace("'", "''") + "=t'");
        settings.put("postgres.reader", reader);
        settings.put("postgres.publication", reader.equals("native") ? "p\"; " + CANARY + "; --" : "plain");
        settings.put("postgres.snapshot-chunk-rows", "100");
        String rows = Target.query(table, quoted.toArray(new String[0]));

        try (CaptureJob job = CaptureJob.start(settings)) {
            Target target = new Target();
            job.awaitRows(target, () -> database.ask(rows));
            database.run(
                    insert.formatted(401, 410),
                    "UPDATE " + table + " SET " + quoted.get(3) + " = 'new' WHERE " + quoted.get(0) + " % 10 = 1",
                    // The large value is left out of the row with the new key, and looked up.
                    "UPDATE " + table + " SET " + quoted.get(0) + " = -" + quoted.get(0) + " WHERE " + quoted.get(0)
                            + " % 10 = 2",
                    "DELETE FROM " + table + " WHERE " + quoted.get(0) + " % 10 = 3");
            job.awaitRows(target, () -> database.ask(rows));
        }
        assertThat(database.ask("SELECT count(*) FROM pg_class WHERE relname = 'canary'"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTableIsCutWhateverItsNamesAre(boolean pageRanges) throws Exception {
        String table = Sql.identifier(SCHEMA) + "." + Sql.identifier(TABLE);
        String key = Sql.identifier(COLUMNS.get(0)) + ", " + Sql.identifier(COLUMNS.get(1));
        database.run(
                "CREATE SCHEMA " + Sql.identifier(SCHEMA),
                "CREATE TABLE " + table + " (" + key.replace(", \"'", " text, \"'") + " text, PRIMARY KEY (" + key
                        + "))",
                "INSERT INTO " + table + " SELECT i || '''; " + CANARY
                        + "; --', '\\' || i FROM generate_series(1, 3000) i",
                "ANALYZE " + table);
        try (Connection connection = database.open()) {
            Server server = new Server(connection);
            List<Chunk> chunks = new ChunkCutter(server, "postgres.tables", 500, pageRanges)
                    .cut(new PostgresTable(SCHEMA, TABLE, "t", new ArrayList<>(COLUMNS.subList(0, 2))), 1, null);
            int rows = 0;
            for (Chunk chunk : chunks) {
                rows += Integer.parseInt(server.text("SELECT count(*) FROM ONLY " + chunk.name()
                        + (chunk.condition().isEmpty() ? "" : " WHERE " + chunk.condition())));
            }
            assertThat(chunks).hasSizeGreaterThan(3);
            assertThat(rows).isEqualTo(3000);
        }
        assertThat(database.ask("SELECT count(*) FROM pg_class WHERE relname = 'canary'"))
                .isEqualTo("0");
    }

    /** The password is for the administrator to fill in. */
    @ParameterizedTest
    @ValueSource(strings = {"p\"; create table public.canary (); --", "p$$'\\"})
    void theGrantsDoWhatTheySay(String user) throws Exception {
        String table = Sql.identifier(SCHEMA) + "." + Sql.identifier(TABLE);
        database.run("CREATE SCHEMA " + Sql.identifier(SCHEMA), "CREATE TABLE " + table + " (id int PRIMARY KEY)");
        Map<String, String> settings = database.settings("'" + (SCHEMA + "." + TABLE).replace("'", "''") + "=t'");
        settings.put("postgres.username", user);
        settings.put("postgres.publication", user);
        try {
            database.run(Grants.of(List.of(TestDatabase.settings(settings))).toArray(new String[0]));
            assertThat(database.ask("SELECT string_agg(tablename, '') FROM pg_publication_tables WHERE pubname = "
                            + Sql.literal(user)))
                    .isEqualTo(TABLE);
            assertThat(database.ask("SELECT has_table_privilege(" + Sql.literal(user) + ", " + Sql.literal(table)
                            + ", 'SELECT')"))
                    .isEqualTo("t");
            assertThat(database.ask("SELECT count(*) FROM pg_class WHERE relname = 'canary'"))
                    .isEqualTo("0");
        } finally {
            database.run("DROP OWNED BY " + Sql.identifier(user), "DROP ROLE " + Sql.identifier(user));
        }
    }
}
