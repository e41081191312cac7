package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.data.writer.BinaryArrayWriter;
import org.apache.flink.table.data.writer.BinaryWriter;
import org.apache.flink.table.runtime.typeutils.ArrayDataSerializer;
import org.jspecify.annotations.Nullable;

/** Reads an array. It is gone through twice, since the size has to be known before the elements are laid out. */
final class ArrayReader implements TokenReader {

    private final ValueType element;
    private final ArrayDataSerializer serializer;

    ArrayReader(ValueType element) {
        this.element = element;
        this.serializer = new ArrayDataSerializer(element.type());
    }

    @Override
    public void read(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable {
        read(value, null, out, column);
    }

    /** False if it is the placeholder, and nothing was written. */
    boolean read(JsonParser value, @Nullable Placeholder placeholder, BinaryWriter out, int column)
            throws IOException, Unreadable {
        if (!value.hasToken(JsonToken.START_ARRAY)) {
            throw Tokens.isNot(value, "an array");
        }
        try (TokenBuffer buffer = new TokenBuffer(value)) {
            buffer.copyCurrentStructure(value);
            int size = size(buffer);
            if (placeholder != null && placeholder.isArray(buffer, size)) {
                return false;
            }
            out.writeArray(column, elements(buffer, size), serializer);
            return true;
        }
    }

    private static int size(TokenBuffer buffer) throws IOException {
        int size = 0;
        try (JsonParser parser = buffer.asParser()) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
                size++;
            }
        }
        return size;
    }

    private BinaryArrayData elements(TokenBuffer buffer, int size) throws IOException, Unreadable {
        BinaryArrayData array = new BinaryArrayData();
        BinaryArrayWriter writer =
                new BinaryArrayWriter(array, size, BinaryArrayData.calculateFixLengthPartSize(element.type()));
        BinaryArrayWriter.NullSetter nulls = BinaryArrayWriter.createNullSetter(element.type());
        try (JsonParser parser = buffer.asParser()) {
            parser.nextToken();
            for (int i = 0; i < size; i++) {
                if (parser.nextToken() == JsonToken.VALUE_NULL) {
                    nulls.setNull(writer, i);
                    continue;
                }
                element.reader().read(parser, writer, i);
            }
        }
        writer.complete();
        return array;
    }
}
