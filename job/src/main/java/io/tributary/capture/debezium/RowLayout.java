package io.tributary.capture.debezium;

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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

    /**
     * @param shardColumn the column that comes with {@link #ofShard}, and not with the rows; null if there is none
     * @param placeholder null if the connector leaves out nothing
     * @param rules which columns are left out or hashed
     * @param isOpen whether the rows come without a schema
     */
    RowLayout(
            RowColumns columns,
            @Nullable String shardColumn,
            @Nullable Placeholder placeholder,
            ColumnRules rules,
            boolean isOpen) {
        this.rules = rules;
        this.denied = new HashSet<>(rules.unfound(shardColumn == null ? List.of() : List.of(shardColumn)));
        this.hash = rules.isHashing() ? rules.hash() : null;
        this.schema = columns.schema();
        this.types = columns.types();
        this.hashed = new HashedValue[types.length];
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
            problem = RowColumns.lacking(schema.table(), denied);
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
            grown.add(RowColumns.hashed(name, false, placeholder != null));
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
            return schema.merge(RowColumns.schema(schema.table(), columns, schema.keyNames()));
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
