package io.tributary.capture.debezium;

import static java.util.stream.Collectors.toSet;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which columns rows of one table in one shape have, and how the values of each are read. */
final class RowColumns {

    private final Schema schema;
    private final ValueType[] types;

    private RowColumns(Schema schema, ValueType[] types) {
        this.schema = schema;
        this.types = types;
    }

    Schema schema() {
        return schema;
    }

    /** One for each column. Not to be written to. */
    ValueType[] types() {
        return types;
    }

    /**
     * By the schema of the rows. A key's columns have the type they were planned with, where that holds theirs: rows are found by
     * the bytes of their keys, which are others in another type.
     *
     * @param shardColumn the column that does not come with the rows; null if there is none
     * @param rules which columns are left out or hashed
     * @param planned what the table looked like before the start; null if that is not known
     * @param placeholder null if the connector leaves out nothing
     */
    static RowColumns of(
            String table,
            ConnectType rows,
            List<String> key,
            @Nullable String shardColumn,
            ColumnRules rules,
            @Nullable Schema planned,
            @Nullable Placeholder placeholder)
            throws Unreadable {
        checkRules(table, rules, rows.fields().keySet(), shardColumn, key);
        List<Column> columns = new ArrayList<>();
        boolean hasShard = shardColumn != null && rows.field(shardColumn) == null;
        List<ValueType> types = new ArrayList<>();
        for (Map.Entry<String, ConnectType> field : rows.fields().entrySet()) {
            if (rules.of(field.getKey()) == Treatment.LEFT_OUT) {
                continue;
            }
            boolean isKey = key.contains(field.getKey());
            ValueType own = ValueTypes.of(field.getValue());
            ValueType type = isKey && planned != null ? planned(own, field.getKey(), planned) : own;
            types.add(type);
            Column column = Column.of(field.getKey(), isKey ? type.type().copy(false) : type.type());
            if (!isKey && placeholder != null && type.isLarge()) {
                column = Column.omissible(field.getKey(), type.type());
            }
            if (!isKey && type.isDocument()) {
                column = column.asJson();
            }
            columns.add(treated(column, rules));
        }
        if (shardColumn != null && hasShard) {
            types.add(ValueTypes.STRING);
            columns.add(treated(Column.of(shardColumn, ValueTypes.STRING.type().copy(false)), rules));
        }
        ValueType[] all = types.toArray(new ValueType[0]);
        return new RowColumns(schema(table, columns, key), all);
    }

    /** One of rows without a schema, whatever its values are. */
    static Column hashed(String name, boolean isKey, boolean leavesOut) {
        Column column = isKey || !leavesOut
                ? Column.of(name, InferredType.TEXT.copy(!isKey))
                : Column.omissible(name, InferredType.TEXT);
        return column.hashed();
    }

    /**
     * Columns of rows without a schema as the rules treat them.
     *
     * @param leavesOut whether the source leaves out large values that did not change
     */
    static Map<String, Column> treated(
            Map<String, Column> columns, List<String> key, ColumnRules rules, boolean leavesOut) {
        Map<String, Column> treated = new LinkedHashMap<>(columns);
        treated.keySet().removeIf(name -> rules.of(name) == Treatment.LEFT_OUT);
        treated.replaceAll((name, column) ->
                rules.of(name) == Treatment.HASHED ? hashed(name, key.contains(name), leavesOut) : column);
        return treated;
    }

    private static Column treated(Column column, ColumnRules rules) {
        return rules.of(column.name()) == Treatment.HASHED ? column.hashed() : column;
    }

    /** The key has to be there, and so has whatever is to be kept from others: it may have another name else. */
    private static void checkRules(
            String table, ColumnRules rules, Set<String> fields, @Nullable String shardColumn, List<String> key)
            throws Unreadable {
        List<String> problems = rules.problems(table, key);
        if (!problems.isEmpty()) {
            throw new Unreadable(problems.get(0));
        }
        List<String> unfound = rules.unfound(fields);
        unfound.remove(shardColumn);
        if (!unfound.isEmpty()) {
            throw new Unreadable(lacking(table, unfound));
        }
    }

    static String lacking(String table, Collection<String> unfound) {
        return "Rows of table " + table + " have no column " + String.join(", ", unfound) + ", which "
                + NamedKey.ofTable(table, "columns")
                + " leaves out or hashes. It may have another name now, so the row is"
                + " not taken: correct the settings";
    }

    private static ValueType planned(ValueType own, String column, Schema planned) {
        int index = planned.indexOf(column);
        return index < 0
                ? own
                : ValueTypes.widened(own, planned.columns().get(index).type());
    }

    /**
     * Of rows without a schema.
     *
     * @param columns those that are declared or were found so far, the key's among them
     * @param declared how values of declared columns are read
     */
    static RowColumns open(Schema columns, Map<String, ValueType> declared) {
        ValueType[] types = new ValueType[columns.arity()];
        for (int i = 0; i < types.length; i++) {
            Column column = columns.columns().get(i);
            ValueType type = declared.get(column.name());
            types[i] = type == null ? Found.type(column) : type;
        }
        return new RowColumns(columns, types);
    }

    static Schema schema(String table, List<Column> columns, List<String> key) throws Unreadable {
        try {
            return Schema.of(table, columns, key);
        } catch (IllegalArgumentException e) {
            boolean hasKey = columns.stream().map(Column::name).collect(toSet()).containsAll(key);
            throw new Unreadable(e.getMessage()
                    + (hasKey ? "" : ": set " + NamedKey.ofTable(table, "key") + " to columns of its rows"));
        }
    }
}
