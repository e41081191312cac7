package io.tributary.sink.kinesis;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of one column's type, none of them null. One a column and subtask; not safe for several threads.
 *
 * <p>The forms: whole numbers and decimals are plain JSON numbers, never with an exponent; floating point numbers are
 * JSON numbers, NaN and the infinities texts; dates are {@code YYYY-MM-DD}; timestamps {@code YYYY-MM-DD HH:MM:SS.ffffff},
 * those with a time zone in UTC and with {@code +00} behind; bytes are lower-case hexadecimal digits; arrays are arrays.
 * Columns whose types were found from data, and those of JSON, have forms of their own: {@link FoundValue}.
 */
@FunctionalInterface
interface ValueWriter {

    void write(RowData row, int column, JsonBuffer out);

    /**
     * The writer of values that are of type {@code from} in the row, and of the same or a wider type {@code to} in the
     * record; any other {@code to} counts for nothing. Null if there is no form for the type.
     */
    static @Nullable ValueWriter of(LogicalType from, LogicalType to) {
        switch (from.getTypeRoot()) {
            case CHAR:
            case VARCHAR:
                return (row, column, out) -> out.text(row.getString(column));
            case BOOLEAN:
                return (row, column, out) -> out.bool(row.getBoolean(column));
            case TINYINT:
                return (row, column, out) -> out.number((long) row.getByte(column));
            case SMALLINT:
                return (row, column, out) -> out.number((long) row.getShort(column));
            case INTEGER:
                return (row, column, out) -> out.number((long) row.getInt(column));
            case BIGINT:
                return (row, column, out) -> out.number(row.getLong(column));
            case FLOAT:
                return to.getTypeRoot() == LogicalTypeRoot.DOUBLE
                        ? (row, column, out) -> out.number((double) row.getFloat(column))
                        : (row, column, out) -> out.number(row.getFloat(column));
            case DOUBLE:
                return (row, column, out) -> out.number(row.getDouble(column));
            case BINARY:
            case VARBINARY:
                return (row, column, out) -> out.hex(row.getBinary(column));
            case DATE:
                return (row, column, out) -> out.date(row.getInt(column));
            case TIME_WITHOUT_TIME_ZONE:
                return (row, column, out) -> out.time(row.getInt(column));
            case DECIMAL:
                DecimalType decimal = (DecimalType) from;
                return decimal(decimal.getPrecision(), decimal.getScale());
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return timestamp(LogicalTypeChecks.getPrecision(from), "");
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return timestamp(LogicalTypeChecks.getPrecision(from), "+00");
            case ARRAY:
                LogicalType fromElement = ((ArrayType) from).getElementType();
                ValueWriter element =
                        of(fromElement, to instanceof ArrayType ? ((ArrayType) to).getElementType() : fromElement);
                return element == null ? null : new Array(element);
            default:
                return null;
        }
    }

    private static ValueWriter decimal(int precision, int scale) {
        return (row, column, out) -> out.number(row.getDecimal(column, precision, scale));
    }

    private static ValueWriter timestamp(int precision, String zone) {
        return (row, column, out) -> out.timestamp(row.getTimestamp(column, precision), zone);
    }

    /** ARRAY of an element type; its elements may be null. */
    final class Array implements ValueWriter {
        private static final byte[] NULL = {'n', 'u', 'l', 'l'};

        private final ValueWriter writer;
        private final ArrayElements elements = new ArrayElements();

        Array(ValueWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(RowData row, int column, JsonBuffer out) {
            ArrayData array = row.getArray(column);
            elements.of(array);
            out.raw('[');
            for (int i = 0; i < array.size(); i++) {
                if (i > 0) {
                    out.raw(',');
                }
                if (array.isNullAt(i)) {
                    out.raw(NULL);
                } else {
                    writer.write(elements, i, out);
                }
            }
            out.raw(']');
        }
    }
}
