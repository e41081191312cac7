package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a target that are the pipeline's, those of columns that were dropped in the source included, and which of them
 * each column is that the stream told of. Kept in the warehouse for tables that have had a shape with a relation.
 */
final class TargetColumns {

    private static final int ROWS_A_STATEMENT = 500;

    private final Map<ColumnIdentity, String> homes = new LinkedHashMap<>();
    private final Map<String, Column> columns = new LinkedHashMap<>();

    /** Empty if nothing is kept of the table. */
    static TargetColumns read(Connection connection, WarehouseNames names, String table) throws SQLException {
        TargetColumns read = new TargetColumns();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT relation, column_number, source_name, target_column, target_type, is_json FROM "
                        + names.columns() + " WHERE table_name = ? ORDER BY relation, column_number, source_name")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String home = rows.getString(4);
                    read.homes.put(ColumnIdentity.stored(rows.getLong(1), rows.getInt(2), rows.getString(3)), home);
                    read.columns.put(
                            home,
                            rows.getBoolean(6)
                                    ? Column.json(home)
                                    : Column.of(
                                            home,
                                            LogicalTypeParser.parse(
                                                    rows.getString(5), TargetColumns.class.getClassLoader())));
                }
            }
        }
        return read;
    }

    /** Makes the warehouse keep what is here. */
    List<String> statements(WarehouseNames names, WarehouseDialect dialect, String table) {
        List<String> statements = new ArrayList<>();
        statements.add("DELETE FROM " + names.columns() + " WHERE table_name = " + dialect.literal(table));
        List<String> rows = new ArrayList<>();
        homes.forEach((identity, home) -> {
            Column column = column(home);
            rows.add("(" + dialect.literal(table) + ", " + identity.relation() + ", " + identity.number() + ", "
                    + dialect.literal(identity.name()) + ", " + dialect.literal(home) + ", "
                    + dialect.literal(column.type().asSerializableString()) + ", " + column.isJson() + ")");
        });
        for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
            statements.add("INSERT INTO " + names.columns()
                    + " (table_name, relation, column_number, source_name, target_column, target_type, is_json) VALUES\n"
                    + String.join(",\n", rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT))));
        }
        return statements;
    }

    boolean isEmpty() {
        return homes.isEmpty();
    }

    /** The target's column that a column of a shape is; null if none is. */
    @Nullable
    String homeOf(Schema shape, Column column) {
        return homes.get(ColumnIdentity.of(shape, column));
    }

    /** The same of one that is known by its name. */
    @Nullable
    String homeOf(String name) {
        return homes.get(ColumnIdentity.ofName(name));
    }

    /** The target's columns that are the shape's key; with null for each that none is. */
    List<@Nullable String> keyOf(Schema shape) {
        List<@Nullable String> key = new ArrayList<>();
        for (int index : shape.key()) {
            key.add(homeOf(shape, shape.columns().get(index)));
        }
        return key;
    }

    /** True if the target's column can have the values of a column of a shape. */
    boolean isReadable(Schema shape, Column column) {
        String home = homeOf(shape, column);
        return home != null && column(home).holds(column);
    }

    boolean has(String name) {
        return columns.containsKey(name);
    }

    /** Fails if there is none of this name. */
    Column column(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new IllegalStateException("Column " + name + " is none of the pipeline's");
        }
        return column;
    }

    Collection<Column> columns() {
        return columns.values();
    }

    void settle(Schema shape, Column column, String home) {
        homes.put(ColumnIdentity.of(shape, column), home);
    }

    void put(Column column) {
        columns.put(column.name(), column);
    }

    /** All at once: names may be exchanged. */
    void rename(Map<String, String> renamed) {
        homes.replaceAll((identity, home) -> renamed.getOrDefault(home, home));
        List<Column> before = new ArrayList<>(columns.values());
        columns.clear();
        before.forEach(column -> put(column.named(renamed.getOrDefault(column.name(), column.name()))));
    }

    /** Columns that somebody dropped from the target, and that nobody needs. */
    void retain(Set<String> names) {
        homes.values().retainAll(names);
        columns.keySet().retainAll(names);
    }
}
