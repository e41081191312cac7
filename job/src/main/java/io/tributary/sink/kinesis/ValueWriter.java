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
 * Writes the values of one column's type, none of them null, out of a row or an array.
 *
 * <p>The forms: whole numbers and decimals are plain JSON numbers, never with an exponent; floating point numbers are
 * JSON numbers, NaN and the infinities texts; dates are {@code YYYY-MM-DD}; timestamps {@code YYYY-MM-DD HH:MM:SS.ffffff},
 * those with a time zone in UTC and with {@code +00} behind; bytes are lower-case hexadecimal digits; arrays are arrays.
 * Columns whose types were found from data, and those of JSON, have forms of their own: {@link FoundValue}.
 */
interface ValueWriter {

    void write(RowData row, int column, JsonBuffer out);

    void write(ArrayData array, int element, JsonBuffer out);

    /**
     * The writer of values that are of type {@code from} in the row, and of the same or a wider type {@code to} in the
     * record; any other {@code to} counts for nothing. Null if there is no form for the type.
     */
    static @Nullable ValueWriter of(LogicalType from, LogicalType to) {
        switch (from.getTypeRoot()) {
            case CHAR:
            case VARCHAR:
                return Scalar.TEXT;
            case BOOLEAN:
                return Scalar.BOOLEAN;
            case TINYINT:
                return Scalar.TINYINT;
            case SMALLINT:
                return Scalar.SMALLINT;
            case INTEGER:
                return Scalar.INT;
            case BIGINT:
                return Scalar.BIGINT;
            case FLOAT:
                return to.getTypeRoot() == LogicalTypeRoot.DOUBLE ? Scalar.FLOAT_AS_DOUBLE : Scalar.FLOAT;
            case DOUBLE:
                return Scalar.DOUBLE;
            case BINARY:
            case VARBINARY:
                return Scalar.BYTES;
            case DATE:
                return Scalar.DATE;
            case TIME_WITHOUT_TIME_ZONE:
                return Scalar.TIME;
            case DECIMAL:
                DecimalType decimal = (DecimalType) from;
                return new Decimal(decimal.getPrecision(), decimal.getScale());
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return new Timestamp(LogicalTypeChecks.getPrecision(from), "");
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return new Timestamp(LogicalTypeChecks.getPrecision(from), "+00");
            case ARRAY:
                LogicalType fromElement = ((ArrayType) from).getElementType();
                ValueWriter element =
                        of(fromElement, to instanceof ArrayType ? ((ArrayType) to).getElementType() : fromElement);
                return element == null ? null : new Array(element);
            default:
                return null;
        }
    }

    /** Types without parameters. */
    enum Scalar implements ValueWriter {
        TEXT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.text(row.getString(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.text(array.getString(element));
            }
        },
        BOOLEAN {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.bool(row.getBoolean(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.bool(array.getBoolean(element));
            }
        },
        TINYINT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number((long) row.getByte(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number((long) array.getByte(element));
            }
        },
        SMALLINT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number((long) row.getShort(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number((long) array.getShort(element));
            }
        },
        INT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number((long) row.getInt(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number((long) array.getInt(element));
            }
        },
        BIGINT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number(row.getLong(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number(array.getLong(element));
            }
        },
        FLOAT {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number(row.getFloat(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number(array.getFloat(element));
            }
        },
        FLOAT_AS_DOUBLE {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number((double) row.getFloat(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number((double) array.getFloat(element));
            }
        },
        DOUBLE {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.number(row.getDouble(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.number(array.getDouble(element));
            }
        },
        BYTES {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.hex(row.getBinary(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.hex(array.getBinary(element));
            }
        },
        DATE {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.date(row.getInt(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.date(array.getInt(element));
            }
        },
        TIME {
            @Override
            public void write(RowData row, int column, JsonBuffer out) {
                out.time(row.getInt(column));
            }

            @Override
            public void write(ArrayData array, int element, JsonBuffer out) {
                out.time(array.getInt(element));
            }
        }
    }

    /** DECIMAL(precision, scale). */
    final class Decimal implements ValueWriter {
        private final int precision;
        private final int scale;

        Decimal(int precision, int scale) {
            this.precision = precision;
            this.scale = scale;
        }

        @Override
        public void write(RowData row, int column, JsonBuffer out) {
            out.number(row.getDecimal(column, precision, scale));
        }

        @Override
        public void write(ArrayData array, int element, JsonBuffer out) {
            out.number(array.getDecimal(element, precision, scale));
        }
    }

    /** TIMESTAMP and TIMESTAMP_LTZ of a precision. */
    final class Timestamp implements ValueWriter {
        private final int precision;
        private final String zone;

        Timestamp(int precision, String zone) {
            this.precision = precision;
            this.zone = zone;
        }

        @Override
        public void write(RowData row, int column, JsonBuffer out) {
            out.timestamp(row.getTimestamp(column, precision), zone);
        }

        @Override
        public void write(ArrayData array, int element, JsonBuffer out) {
            out.timestamp(array.getTimestamp(element, precision), zone);
        }
    }

    /** ARRAY of an element type; its elements may be null. */
    final class Array implements ValueWriter {
        private static final byte[] NULL = {'n', 'u', 'l', 'l'};

        private final ValueWriter elements;

        Array(ValueWriter elements) {
            this.elements = elements;
        }

        @Override
        public void write(RowData row, int column, JsonBuffer out) {
            write(row.getArray(column), out);
        }

        @Override
        public void write(ArrayData array, int element, JsonBuffer out) {
            write(array.getArray(element), out);
        }

        private void write(ArrayData array, JsonBuffer out) {
            out.raw('[');
            for (int i = 0; i < array.size(); i++) {
                if (i > 0) {
                    out.raw(',');
                }
                if (array.isNullAt(i)) {
                    out.raw(NULL);
                } else {
                    elements.write(array, i, out);
                }
            }
            out.raw(']');
        }
    }
}
