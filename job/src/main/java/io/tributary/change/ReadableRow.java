package io.tributary.change;

import java.util.function.IntFunction;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Rows as JSON text for people to read in a dead letter. Not for the path of rows that are shipped. */
public final class ReadableRow {

    private ReadableRow() {}

    /** One object with the row's columns in order; what JSON has no form for is a string, bytes are hexadecimal. */
    public static String json(Schema schema, RowData row) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < schema.arity(); i++) {
            Column column = schema.columns().get(i);
            appendField(column.name(), column.type(), i, row, text);
        }
        return text.append('}').toString();
    }

    /** The same for a row that is of no table. */
    public static String json(RowType type, RowData row) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < type.getFieldCount(); i++) {
            appendField(type.getFieldNames().get(i), type.getTypeAt(i), i, row, text);
        }
        return text.append('}').toString();
    }

    private static void appendField(String name, LogicalType type, int index, RowData row, StringBuilder text) {
        if (index > 0) {
            text.append(',');
        }
        JsonText.quote(name, text);
        text.append(':');
        append(RowData.createFieldGetter(type.copy(true), index).getFieldOrNull(row), type, text);
    }

    /** One array with the elements in order, each as in a row. */
    static String json(ArrayData array, LogicalType type) {
        StringBuilder text = new StringBuilder();
        append(array, type, text);
        return text.toString();
    }

    private static void append(@Nullable Object value, LogicalType type, StringBuilder text) {
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
                JsonText.quote(java.time.LocalDate.ofEpochDay((int) value).toString(), text);
                return;
            case VARBINARY:
            case BINARY:
                JsonText.quote(hex((byte[]) value), text);
                return;
            case ARRAY:
                ArrayData array = (ArrayData) value;
                LogicalType element = ((ArrayType) type).getElementType();
                ArrayData.ElementGetter getter = ArrayData.createElementGetter(element.copy(true));
                appendArray(array.size(), i -> getter.getElementOrNull(array, i), element, text);
                return;
            case ROW:
                text.append(json((RowType) type, (RowData) value));
                return;
            default:
                JsonText.quote(value.toString(), text);
        }
    }

    private static void appendArray(
            int size, IntFunction<@Nullable Object> elements, LogicalType type, StringBuilder text) {
        text.append('[');
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                text.append(',');
            }
            append(elements.apply(i), type, text);
        }
        text.append(']');
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(2 * bytes.length);
        for (byte value : bytes) {
            text.append(Character.forDigit((value >> 4) & 15, 16)).append(Character.forDigit(value & 15, 16));
        }
        return text.toString();
    }
}
