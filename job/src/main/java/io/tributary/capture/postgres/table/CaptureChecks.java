package io.tributary.capture.postgres.table;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.ReplicaIdentity;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.change.Comments;
import io.tributary.change.RequiredColumns;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether a table can be captured: it exists, may be read, has a key, and its changes carry the key. */
public final class CaptureChecks {

    private static final String TABLE_KIND = Sql.statement(CaptureChecks.class, "table_kind.sql");
    private static final String COLUMN = Sql.statement(CaptureChecks.class, "column.sql");
    private static final String COMMENTS = Sql.statement(CaptureChecks.class, "comments.sql");
    private static final String REQUIRED = Sql.statement(CaptureChecks.class, "required_columns.sql");
    private static final String PRIMARY_KEY = Sql.statement(CaptureChecks.class, "primary_key.sql");

    private final Server server;
    private final PostgresSettings settings;
    private final TypeCatalog types;
    private final Relatives relatives;

    /**
     * @param settings with all tables that are captured
     */
    public CaptureChecks(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
        this.relatives = new Relatives(server, settings);
        this.types = new TypeCatalog(server);
    }

    /** Null, and problems, if it cannot. */
    public @Nullable TableReader check(PostgresTable table, Problems problems) throws SQLException {
        String name = table.quoted();
        String kind = server.find(TABLE_KIND, table.schema(), table.name());
        if (kind == null) {
            problems.add(settings.key("postgres.tables") + ": there is no table " + table);
            return null;
        }
        if (!kind.equals("rp") && !kind.equals("pp")) {
            problems.add(settings.key("postgres.tables") + ": " + table
                    + (kind.startsWith("r") || kind.startsWith("p")
                            ? " is not logged in the WAL; run ALTER TABLE " + name + " SET LOGGED"
                            : " is not a table; only tables can be captured"));
            return null;
        }
        if (!mayUse(table, problems)) {
            return null;
        }
        // The catalog tells of its columns all the same, so that what else is wrong is found, too.
        checkRows(table, problems);
        if (!relatives.check(table, problems)) {
            return null;
        }
        List<String> key = key(table, problems);
        if (key == null || !carriesKey(table, key, problems)) {
            return null;
        }
        TableColumns columns = TableColumns.of(table, server);
        if (table.rules().isAny() && !canBeTreated(table, key, columns.names(), problems)) {
            return null;
        }
        try {
            PostgresTable checked = table.withKey(key)
                    .withColumns(columns.names())
                    .sendingOldRows(kind.startsWith("r") && hasFullIdentity(table));
            return TableReader.of(checked, columns, types, new RowLookup(server));
        } catch (Unreadable e) {
            problems.add(NamedKey.ofTable(table.alias(), "key") + ": " + e.getMessage());
            return null;
        }
    }

    /** Which columns are never NULL, as of now. */
    public RequiredColumns required(PostgresTable table) throws SQLException {
        if (server.isStandby() && !Wal.isReplaySeen(server)) {
            // What the user lacks for it is said with all else that it lacks.
            return RequiredColumns.NONE;
        }
        long place = Wal.place(server);
        return RequiredColumns.of(server.texts(REQUIRED, table.quoted()), place, Era.PLACE);
    }

    /** What is said of it and of these columns. */
    public Comments comments(PostgresTable table, List<String> columns) throws SQLException {
        String ofTable = null;
        Map<String, String> ofColumns = new TreeMap<>();
        for (List<@Nullable String> row : server.rows(COMMENTS, table.quoted())) {
            String column = requireNonNull(row.get(0));
            String comment = requireNonNull(row.get(1));
            if (column.isEmpty()) {
                ofTable = comment;
            } else {
                ofColumns.put(column, comment);
            }
        }
        return Comments.of(ofTable, ofColumns).within(columns);
    }

    private boolean canBeTreated(PostgresTable table, List<String> key, List<String> columns, Problems problems) {
        List<String> reasons = new ArrayList<>(table.rules().problems(table.alias(), table.toString(), columns, key));
        boolean isHashed = key.stream().anyMatch(column -> table.rules().of(column) == Treatment.HASHED);
        if (isHashed && settings.reader() == PostgresSettings.ReaderChoice.FLINK_CDC) {
            reasons.add(NamedKey.ofTable(table.alias(), "columns.hash")
                    + " names a column of the key, and the reader flink-cdc keeps values of it in its state: set "
                    + settings.key("postgres.reader") + " to native");
        }
        reasons.forEach(problems::add);
        return reasons.isEmpty();
    }

    private boolean hasFullIdentity(PostgresTable table) throws SQLException {
        return server.is(
                "SELECT relreplident = 'f' FROM pg_catalog.pg_class WHERE oid = to_regclass(?)", table.quoted());
    }

    /** Without its schema nothing of it can be asked. */
    private boolean mayUse(PostgresTable table, Problems problems) throws SQLException {
        String user = Sql.identifier(server.text("SELECT current_user"));
        if (!server.is("SELECT pg_catalog.has_schema_privilege(?, 'USAGE')", table.schema())) {
            problems.add("Table " + table + " cannot be read; run GRANT USAGE ON SCHEMA "
                    + Sql.identifier(table.schema()) + " TO " + user + " and GRANT SELECT ON " + table.quoted() + " TO "
                    + user);
            return false;
        }
        return true;
    }

    private void checkRows(PostgresTable table, Problems problems) throws SQLException {
        String user = Sql.identifier(server.text("SELECT current_user"));
        if (!server.is("SELECT pg_catalog.has_table_privilege(?, 'SELECT')", table.quoted())) {
            problems.add("Table " + table + " cannot be read; run GRANT SELECT ON " + table.quoted() + " TO " + user);
            return;
        }
        if (server.is("SELECT pg_catalog.row_security_active(?)", table.quoted())) {
            problems.add("Row security hides rows of table " + table + "; run ALTER ROLE " + user + " WITH BYPASSRLS");
        }
    }

    private @Nullable List<String> key(PostgresTable table, Problems problems) throws SQLException {
        List<String> chosen = table.key();
        if (chosen == null) {
            List<String> primary = server.texts(PRIMARY_KEY, table.quoted());
            if (!primary.isEmpty()) {
                return primary;
            }
            problems.add("Table " + table + " has no primary key; run ALTER TABLE " + table.quoted()
                    + " ADD PRIMARY KEY (<columns>), or set "
                    + NamedKey.ofTable(table.alias(), "key") + " to columns that are unique and run ALTER TABLE "
                    + table.quoted()
                    + " REPLICA IDENTITY FULL");
            return null;
        }
        for (String column : chosen) {
            if (server.find(COLUMN, table.quoted(), column) == null) {
                problems.add(NamedKey.ofTable(table.alias(), "key") + ": table " + table + " has no column " + column);
                return null;
            }
        }
        return new ArrayList<>(chosen);
    }

    /** Updates and deletes carry the columns of the replica identity as they were. */
    private boolean carriesKey(PostgresTable table, List<String> key, Problems problems) throws SQLException {
        List<String> reasons = ReplicaIdentity.problems(table, key, server);
        reasons.forEach(problems::add);
        return reasons.isEmpty();
    }
}
