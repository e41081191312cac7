package io.tributary.capture.dynamodb.item;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import java.math.BigDecimal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;

/** What a column takes, and how it stands in a row. NULL is for the caller to write. */
enum ColumnForm {
    BOOLEAN {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind() == Kind.BOOLEAN;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeBoolean(column, value.bool());
        }
    },
    SMALLINT {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind() == Kind.INTEGER && value.integer() == (short) value.integer();
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeShort(column, (short) value.integer());
        }
    },
    INT {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind() == Kind.INTEGER && value.integer() == (int) value.integer();
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeInt(column, (int) value.integer());
        }
    },
    BIGINT {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind() == Kind.INTEGER;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeLong(column, value.integer());
        }
    },
    DECIMAL {
        @Override
        boolean fits(Value value, LogicalType type) {
            if (!value.isNumber()) {
                return false;
            }
            DecimalType decimal = (DecimalType) type;
            int integerDigits = decimal.getPrecision() - decimal.getScale();
            if (value.kind() == Kind.INTEGER && integerDigits >= LONG_DIGITS) {
                return true;
            }
            BigDecimal number = value.decimal();
            return number.scale() <= decimal.getScale() && number.precision() - number.scale() <= integerDigits;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            int precision = ((DecimalType) type).getPrecision();
            int scale = ((DecimalType) type).getScale();
            row.writeDecimal(column, DecimalData.fromBigDecimal(value.decimal(), precision, scale), precision);
        }
    },
    /** The nearest there is. */
    DOUBLE {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.isNumber();
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeDouble(column, value.decimal().doubleValue());
        }
    },
    BYTES {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind() == Kind.BINARY;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeBinary(column, value.bytes());
        }
    },
    /** Takes everything: what is no text in its one form as text. */
    TEXT {
        @Override
        boolean fits(Value value, LogicalType type) {
            return true;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeString(column, StringData.fromString(value.text()));
        }
    },
    /** Documents that were found; a text among them makes the column one of text. */
    DOCUMENT {
        @Override
        boolean fits(Value value, LogicalType type) {
            return value.kind().isDocument();
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeString(column, StringData.fromString(value.text()));
        }
    },
    /** Takes everything, as JSON: a text in quotes. */
    JSON {
        @Override
        boolean fits(Value value, LogicalType type) {
            return true;
        }

        @Override
        void write(Value value, LogicalType type, BinaryRowWriter row, int column) {
            row.writeString(column, StringData.fromString(Documents.json(value)));
        }
    };

    /** The most integer digits of a long. */
    private static final int LONG_DIGITS = 19;

    abstract boolean fits(Value value, LogicalType type);

    /** To be called if it fits. */
    abstract void write(Value value, LogicalType type, BinaryRowWriter row, int column);

    static ColumnForm of(Column column) {
        if (column.isJson()) {
            return column.isInferred() ? DOCUMENT : JSON;
        }
        switch (column.type().getTypeRoot()) {
            case BOOLEAN:
                return BOOLEAN;
            case SMALLINT:
                return SMALLINT;
            case INTEGER:
                return INT;
            case BIGINT:
                return BIGINT;
            case DECIMAL:
                return DECIMAL;
            case DOUBLE:
                return DOUBLE;
            case VARBINARY:
                return BYTES;
            case VARCHAR:
                return TEXT;
            default:
                throw new IllegalArgumentException("No attribute is of the type " + column);
        }
    }

    /** The narrowest column that takes the value. */
    static Column found(String name, Value value) {
        switch (value.kind()) {
            case BOOLEAN:
                return Column.inferred(name, InferredType.BOOLEAN);
            case INTEGER:
                return Column.inferred(name, InferredType.BIGINT);
            case DECIMAL:
                return Column.inferred(name, InferredType.ofNumber(value.decimal()));
            case TEXT:
                return Column.inferred(name, InferredType.TEXT);
            case BINARY:
                return Column.inferred(name, InferredType.BYTES);
            case MAP:
            case LIST:
            case SET:
                return Column.inferredJson(name);
            case NULL:
            default:
                throw new IllegalArgumentException(value.kind() + " says nothing of a type");
        }
    }
}
