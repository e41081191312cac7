package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.StringUtils;
import org.jspecify.annotations.Nullable;

/** A row in a form that people and JSON parsers read, for dead letters. */
final class RowText {

    private RowText() {}

    static byte[] of(ChangelogRow row) {
        StringBuilder text = new StringBuilder("{\"_op\":");
        quote(row.kind().shortString(), text);
        Schema schema = row.schema();
        for (int i = 0; i < schema.arity(); i++) {
            LogicalType type = schema.columns().get(i).type();
            text.append(',');
            quote(schema.columns().get(i).name(), text);
            text.append(':');
            value(RowData.createFieldGetter(type.copy(true), i).getFieldOrNull(row.row()), type, text);
        }
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void value(@Nullable Object value, LogicalType type, StringBuilder text) {
        if (value == null) {
            text.append("null");
            return;
        }
        switch (type.getTypeRoot()) {
            case BOOLEAN:
            case TINYINT:
            case SMALLINT:
            case INTEGER:
            case BIGINT:
                text.append(value);
                return;
            case DATE:
                quote(java.time.LocalDate.ofEpochDay((Integer) value).toString(), text);
                return;
            case BINARY:
            case VARBINARY:
                quote(StringUtils.byteToHexString((byte[]) value), text);
                return;
            case ARRAY:
                LogicalType elements = ((ArrayType) type).getElementType();
                ArrayData.ElementGetter getter = ArrayData.createElementGetter(elements.copy(true));
                ArrayData array = (ArrayData) value;
                text.append('[');
                for (int i = 0; i < array.size(); i++) {
                    text.append(i == 0 ? "" : ",");
                    value(getter.getElementOrNull(array, i), elements, text);
                }
                text.append(']');
                return;
            default:
                quote(value.toString(), text);
        }
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
