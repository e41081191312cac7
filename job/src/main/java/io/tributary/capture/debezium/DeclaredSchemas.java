package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The shapes that are declared of tables whose events have no schema. */
final class DeclaredSchemas {

    private DeclaredSchemas() {}

    /** Of those of the tables that have no known one. */
    static Map<String, Schema> of(TopicTables tables, Set<String> knownTables) {
        Map<String, Schema> schemas = new TreeMap<>();
        for (String table : tables.names()) {
            Schema schema = knownTables.contains(table) ? null : of(table, tables);
            if (schema != null) {
                schemas.put(table, schema);
            }
        }
        return schemas;
    }

    /** Null if the table's key is not declared, or is none of its columns. */
    private static @Nullable Schema of(String table, TopicTables tables) {
        List<String> key = tables.key(table);
        if (key == null) {
            return null;
        }
        try {
            Map<String, Column> columns = columns(tables.columns(table), key, true);
            String shardColumn = tables.shardColumn(table);
            if (shardColumn != null) {
                columns.putIfAbsent(shardColumn, Column.of(shardColumn, InferredType.TEXT.copy(false)));
            }
            Map<String, Column> treated = RowColumns.treated(columns, key, tables.rules(table), true);
            return RowColumns.schema(table, new ArrayList<>(treated.values()), key);
        } catch (Unreadable e) {
            return null;
        }
    }

    /**
     * By their names.
     *
     * @param leavesOut whether the source leaves out large values that did not change
     */
    static Map<String, Column> columns(Map<String, ValueType> declared, List<String> key, boolean leavesOut) {
        Map<String, Column> columns = new LinkedHashMap<>();
        declared.forEach((name, type) -> columns.put(name, column(name, type, key, leavesOut)));
        return columns;
    }

    private static Column column(String name, ValueType type, List<String> key, boolean leavesOut) {
        if (key.contains(name)) {
            return Column.of(name, type.type().copy(false));
        }
        return leavesOut && type.isLarge() ? Column.omissible(name, type.type()) : Column.of(name, type.type());
    }
}
