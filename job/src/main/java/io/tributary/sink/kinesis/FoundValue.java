package io.tributary.sink.kinesis;

import io.tributary.change.CanonicalText;
import io.tributary.change.Column;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of a column that is inferred or JSON, such that the value of any record of the column, as it stands
 * there, is also its text if the column becomes text later: numbers in canonical digits, bytes in base64, JSON documents as
 * they are, unquoted. A document that no SUPER holds is a string, its text.
 */
final class FoundValue implements ValueWriter {

    private enum Form {
        JSON,
        DIGITS,
        TEXT
    }

    private final Form form;
    private final LogicalType type;

    private FoundValue(Form form, LogicalType type) {
        this.form = form;
        this.type = type;
    }

    /** Of a column as it is in the row, and as it is in the record; null if there is no form for the type. */
    static @Nullable ValueWriter of(Column from, Column to) {
        LogicalType type = from.type();
        if (to.isJson()) {
            return new FoundValue(Form.JSON, type);
        }
        boolean becomesText =
                to.type().is(LogicalTypeFamily.CHARACTER_STRING) && !type.is(LogicalTypeFamily.CHARACTER_STRING);
        if (to.isInferred() && (becomesText || type.is(LogicalTypeFamily.BINARY_STRING))) {
            return new FoundValue(Form.TEXT, type);
        }
        if (to.isInferred() && type.is(LogicalTypeFamily.EXACT_NUMERIC)) {
            return new FoundValue(Form.DIGITS, type);
        }
        return ValueWriter.of(type, to.type());
    }

    @Override
    public void write(RowData row, int column, JsonBuffer out) {
        write(RowData.createFieldGetter(type.copy(true), column).getFieldOrNull(row), out);
    }

    private void write(@Nullable Object value, JsonBuffer out) {
        if (value == null) {
            throw new IllegalArgumentException("A null has no form of its own");
        }
        switch (form) {
            case JSON:
                byte[] document = ((StringData) value).toBytes();
                if (JsonDocument.isOne(document)) {
                    out.json(document);
                } else {
                    out.text((StringData) value);
                }
                return;
            case DIGITS:
                out.raw(CanonicalText.of(value, type).getBytes(StandardCharsets.US_ASCII));
                return;
            case TEXT:
            default:
                out.text(StringData.fromString(CanonicalText.of(value, type)));
        }
    }
}
