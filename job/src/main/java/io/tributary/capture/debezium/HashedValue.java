package io.tributary.capture.debezium;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import io.tributary.capture.KeyedHash;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.jspecify.annotations.Nullable;

/** Reads a value as its column would, and writes its keyed hash. */
final class HashedValue {

    private final ValueType source;
    private final KeyedHash hash;
    private final RowData.FieldGetter getter;
    private final BinaryRowData value = new BinaryRowData(1);
    private final BinaryRowWriter writer = new BinaryRowWriter(value);

    HashedValue(ValueType source, KeyedHash hash) {
        this.source = source;
        this.hash = hash;
        this.getter = RowData.createFieldGetter(source.type().copy(false), 0);
    }

    /**
     * False if it is the placeholder, and nothing was written.
     *
     * @param placeholder null if the value cannot be one
     */
    boolean read(JsonParser parser, @Nullable Placeholder placeholder, BinaryRowWriter out, int column)
            throws IOException, Unreadable {
        ArrayReader array = source.arrayReader();
        if (parser.currentToken().isStructStart() && (source == ValueTypes.JSON_TEXT || source == Found.TEXT)) {
            String json = JsonValues.text(parser);
            if (placeholder != null && placeholder.isJson(json)) {
                return false;
            }
            write(StringData.fromString(json), out, column);
            return true;
        }
        if (placeholder != null && array == null && placeholder.is(parser)) {
            return false;
        }
        writer.reset();
        if (array == null) {
            source.reader().read(parser, writer, 0);
        } else if (!array.read(parser, placeholder, writer, 0)) {
            return false;
        }
        writer.complete();
        write(requireNonNull(getter.getFieldOrNull(value)), out, column);
        return true;
    }

    private void write(Object raw, BinaryRowWriter out, int column) {
        out.writeString(column, StringData.fromBytes(hash.of(raw, source.type())));
    }
}
