package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What exists in the target schema. Reads the catalog tables that Redshift and PostgreSQL share, since the driver's own
 * metadata queries know Redshift only.
 */
final class ExistingTables {

    private static final String COLUMNS = SqlTemplate.of("columns.sql").statement(Map.of());
    private static final String KEY = SqlTemplate.of("primary-key.sql").statement(Map.of());

    private final Connection connection;
    private final String schema;

    ExistingTables(Connection connection, WarehouseNames names) {
        this.connection = connection;
        this.schema = names.schemaName();
    }

    boolean hasSchema() throws SQLException {
        return !strings("SELECT nspname FROM pg_namespace WHERE nspname = ?", schema)
                .isEmpty();
    }

    /** A table, a view or a materialized view. */
    boolean has(String relation) throws SQLException {
        return !strings(
                        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE n.nspname = ? AND c.relname = ?",
                        schema,
                        relation)
                .isEmpty();
    }

    /** The names of all tables and views. */
    Set<String> all() throws SQLException {
        return new HashSet<>(strings(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?",
                schema));
    }

    boolean mayCreateInSchema() throws SQLException {
        return isTrue("SELECT has_schema_privilege(?, 'CREATE')", schema);
    }

    boolean mayCreateSchema() throws SQLException {
        return isTrue("SELECT has_database_privilege(current_database(), 'CREATE')");
    }

    /** Names and types, in our spelling; empty if there is no such table. */
    Map<String, String> columns(String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement query = prepare(COLUMNS, schema, table);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                columns.put(rows.getString(1), ColumnTypes.spelling(rows.getString(2)));
            }
        }
        return columns;
    }

    /** Columns that have to be given a value and have no default. */
    List<String> requiredColumns(String table) throws SQLException {
        List<String> required = new ArrayList<>();
        try (PreparedStatement query = prepare(COLUMNS, schema, table);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                if (rows.getBoolean(3) && !rows.getBoolean(4)) {
                    required.add(rows.getString(1));
                }
            }
        }
        return required;
    }

    /** How a table is laid out, whoever chose that; as nothing where there is no such table, or none has a layout. */
    TableLayout layout(String table, WarehouseDialect dialect) throws SQLException {
        SqlTemplate layouts = dialect.layouts();
        if (layouts == null) {
            return TableLayout.AUTO;
        }
        String distributionKey = null;
        List<String> sortKeys = new ArrayList<>();
        try (PreparedStatement query = prepare(layouts.statement(Map.of()), schema, table);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                distributionKey = rows.getBoolean(2) ? rows.getString(1) : distributionKey;
                if (rows.getInt(3) != 0) {
                    sortKeys.add(rows.getString(1));
                }
            }
        }
        return TableLayout.of(distributionKey, sortKeys);
    }

    List<String> primaryKey(String table) throws SQLException {
        return strings(KEY, schema, table);
    }

    private boolean isTrue(String sql, String... arguments) throws SQLException {
        try (PreparedStatement query = prepare(sql, arguments);
                ResultSet rows = query.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private List<String> strings(String sql, String... arguments) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement query = prepare(sql, arguments);
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private PreparedStatement prepare(String sql, String... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setString(i + 1, arguments[i]);
        }
        return statement;
    }
}
