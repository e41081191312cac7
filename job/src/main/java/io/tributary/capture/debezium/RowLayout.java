package io.tributary.capture.debezium;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.tributary.capture.ColumnRules;
import io.tributary.capture.KeyedHash;
import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.settings.NamedKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.jspecify.annotations.Nullable;

/**
 * How rows of one table in one shape are read: by the name of each field its column, and straight into the row's bytes.
 *
 * <p>One object serves row after row; what {@link #read} found stays until the next. Not safe for use by several threads.
 */
final class RowLayout {

    private final Schema schema;
    private final @Nullable Placeholder placeholder;
    private final boolean isOpen;
    private final int shardColumn;
    private final ColumnRules rules;
    private final @Nullable KeyedHash hash;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final @Nullable HashedValue[] hashed;
    /** Of which every row has to have a value, since what is to be kept from others may have another name else. */
    private final Set<String> denied;

    private int deniedSeen;
    private final ValueType[] types;
    private final RowBytes bytes;

    private final List<Column> grown = new ArrayList<>();
    private @Nullable BinaryRowData row;
    private @Nullable BinaryRowData key;
    private @Nullable String problem;
    private @Nullable StringData shard;
    private int[] missing = {};

    private RowLayout(
            Schema schema,
            ValueType[] types,
            @Nullable String shardColumn,
            @Nullable Placeholder placeholder,
            ColumnRules rules,
            boolean isOpen) {
        this.rules = rules;
        this.denied = new HashSet<>(rules.unfound(shardColumn == null ? List.of() : List.of(shardColumn)));
        this.hash = rules.isHashing() ? rules.hash() : null;
        this.hashed = new HashedValue[types.length];
        this.schema = schema;
        this.types = types;
        this.placeholder = placeholder;
        this.isOpen = isOpen;
        this.shardColumn = shardColumn == null ? -1 : schema.indexOf(shardColumn);
        this.bytes = new RowBytes(schema);
        for (int i = 0; i < schema.arity(); i++) {
            Column column = schema.columns().get(i);
            indexes.put(column.name(), i);
            hashed[i] = column.isHashed() && hash != null ? new HashedValue(types[i], hash) : null;
        }
    }

    /**
     * By the schema of the rows. A key's columns have the type they were planned with, where that holds theirs: rows are found by
     * the bytes of their keys, which are others in another type.
     *
     * @param shardColumn the column that comes with {@link #ofShard}, and not with the rows; null if there is none
     * @param rules which columns are left out or hashed
     * @param planned what the table looked like before the start; null if that is not known
     * @param placeholder null if the connector leaves out nothing
     */
    static RowLayout of(
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
            columns.add(treated(column, rules));
        }
        if (shardColumn != null && hasShard) {
            types.add(ValueTypes.STRING);
            columns.add(treated(Column.of(shardColumn, ValueTypes.STRING.type().copy(false)), rules));
        }
        ValueType[] all = types.toArray(new ValueType[0]);
        return new RowLayout(schema(table, columns, key), all, shardColumn, placeholder, rules, false);
    }

    /** One of rows without a schema, whatever its values are. */
    private static Column hashed(String name, boolean isKey, boolean leavesOut) {
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

    private static String lacking(String table, Collection<String> unfound) {
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
     * @param shardColumn the column that comes with {@link #ofShard}, and not with the rows; null if there is none
     * @param rules which columns are left out or hashed
     */
    static RowLayout open(
            Schema columns,
            Map<String, ValueType> declared,
            @Nullable String shardColumn,
            ColumnRules rules,
            @Nullable Placeholder placeholder) {
        ValueType[] types = new ValueType[columns.arity()];
        for (int i = 0; i < types.length; i++) {
            Column column = columns.columns().get(i);
            ValueType type = declared.get(column.name());
            types[i] = type == null ? Found.type(column) : type;
        }
        return new RowLayout(columns, types, shardColumn, placeholder, rules, true);
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

    Schema schema() {
        return schema;
    }

    /** What the rows have from here on in the column that does not come with them; null if that is not known. */
    void ofShard(@Nullable String newShard) {
        shard = newShard == null ? null : StringData.fromString(newShard);
    }

    /** Nothing is known of a row. */
    void clear() {
        grown.clear();
        row = null;
        key = null;
        problem = null;
        missing = new int[0];
    }

    /** The parser stands at the start of the row's object; it is left at its end, whatever a value is like. */
    void read(JsonParser parser) throws IOException, Unreadable {
        clear();
        fields(parser, false);
        if (deniedSeen < denied.size()) {
            problem = lacking(schema.table(), denied);
        }
        missing = bytes.leftOut();
        key = bytes.key();
        row = bytes.row();
    }

    /**
     * The key of another row, as {@link #read} takes a row; what that found stays.
     *
     * @return null if a column of it is NULL or cannot be read
     */
    @Nullable
    BinaryRowData readKey(JsonParser parser) throws IOException, Unreadable {
        String found = problem;
        fields(parser, true);
        problem = found;
        return bytes.key();
    }

    private void fields(JsonParser parser, boolean keyOnly) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            throw rules.isAny() ? new Unreadable("It has something else than a row") : Tokens.isNot(parser, "a row");
        }
        bytes.reset();
        deniedSeen = 0;
        int depth = parser.getParsingContext().getNestingDepth();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            deniedSeen += !denied.isEmpty() && denied.contains(name) ? 1 : 0;
            int column = indexOf(name, bytes.likely());
            if (column < 0) {
                unknown(name, parser, keyOnly);
                continue;
            }
            if (keyOnly && !schema.isKey(column)) {
                parser.skipChildren();
                continue;
            }
            if (bytes.has(column)) {
                problem(name, "It stands there twice");
                parser.skipChildren();
                continue;
            }
            BinaryRowWriter writer = bytes.at(column);
            if (token == JsonToken.VALUE_NULL) {
                writer.setNullAt(column);
                continue;
            }
            try {
                value(parser, column, writer);
            } catch (Unreadable e) {
                fail(name, String.valueOf(e.getMessage()), column);
            } catch (InputCoercionException | ArithmeticException | ClassCastException e) {
                fail(name, "Its value cannot be read: " + e.getMessage(), column);
            }
            while (parser.getParsingContext().getNestingDepth() > depth) {
                parser.nextToken();
            }
        }
        if (shardColumn >= 0 && shard != null && !bytes.has(shardColumn)) {
            BinaryRowWriter writer = bytes.at(shardColumn);
            writer.writeString(
                    shardColumn,
                    hash == null || hashed[shardColumn] == null
                            ? shard
                            : StringData.fromBytes(hash.of(shard.toBytes())));
        }
        bytes.complete();
    }

    private void value(JsonParser parser, int column, BinaryRowWriter writer) throws IOException, Unreadable {
        Column known = schema.columns().get(column);
        ValueType type = types[column];
        Placeholder sign = known.isOmissible() || known.isInferred() ? placeholder : null;
        HashedValue hashing = hashed[column];
        if (hashing != null) {
            if (!hashing.read(parser, sign, writer, column)) {
                leaveOut(column);
            }
            return;
        }
        ArrayReader array = type.arrayReader();
        if (parser.currentToken().isStructStart() && (type == ValueTypes.JSON_TEXT || type == Found.TEXT)) {
            String json = JsonValues.text(parser);
            if (sign != null && sign.isJson(json)) {
                leaveOut(column);
                return;
            }
            writer.writeString(column, StringData.fromString(json));
            return;
        }
        if (sign != null && array == null && sign.is(parser)) {
            leaveOut(column);
            return;
        }
        if (known.isInferred() && !Found.fits(known, parser)) {
            Column wider = Found.column(known.name(), parser);
            if (wider != null) {
                grow(column, wider);
            }
            parser.skipChildren();
            return;
        }
        if (array == null) {
            type.reader().read(parser, writer, column);
        } else if (!array.read(parser, sign, writer, column)) {
            leaveOut(column);
        }
    }

    private void leaveOut(int column) {
        Column known = schema.columns().get(column);
        if (!known.isOmissible()) {
            // It was not known yet that it may be left out.
            grow(column, Column.omissible(known.name(), known.type()));
            return;
        }
        bytes.leaveOut(column);
    }

    private void grow(int column, Column wider) {
        grown.add(wider);
        bytes.forget(column);
    }

    private void unknown(String name, JsonParser parser, boolean keyOnly) throws IOException, Unreadable {
        Treatment treatment = rules.of(name);
        if (treatment == Treatment.LEFT_OUT) {
            parser.skipChildren();
            return;
        }
        if (!isOpen) {
            problem(name, "Its schema has no such column");
        } else if (!keyOnly && treatment == Treatment.HASHED) {
            grown.add(hashed(name, false, placeholder != null));
        } else if (!keyOnly) {
            Column found = placeholder != null && placeholder.is(parser)
                    ? Column.omissible(name, InferredType.TEXT)
                    : Found.column(name, parser);
            if (found != null) {
                grown.add(found);
            }
        }
        parser.skipChildren();
    }

    private void fail(String name, String reason, int column) {
        problem(name, hashed[column] == null ? reason : "A value that is to be hashed cannot be read; it is not shown");
        bytes.forget(column);
    }

    private void problem(String name, String reason) {
        if (problem == null) {
            problem = "Column " + name + ": " + reason;
        }
    }

    private int indexOf(String name, int likely) {
        if (likely < types.length && schema.columns().get(likely).name().equals(name)) {
            return likely;
        }
        Integer index = indexes.get(name);
        return index == null ? -1 : index;
    }

    /** The columns that this shape has no room for yet, as the last row had them. */
    List<Column> grown() {
        return grown;
    }

    /** This shape with room for more. */
    Schema with(List<Column> more) throws Unreadable {
        List<Column> columns = new ArrayList<>();
        for (int index : schema.key()) {
            columns.add(schema.columns().get(index));
        }
        columns.addAll(more);
        try {
            return schema.merge(schema(schema.table(), columns, schema.keyNames()));
        } catch (SchemaConflictException e) {
            throw new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    /** Null if none could be read. */
    @Nullable
    BinaryRowData row() {
        return row;
    }

    /** Null if a column of it was NULL or cannot be read. */
    @Nullable
    BinaryRowData key() {
        return key;
    }

    int[] missing() {
        return missing;
    }

    /** Why the row cannot be read; null if it can. */
    @Nullable
    String problem() {
        return problem;
    }
}
