package io.tributary.capture.postgres;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/** What a column of PostgreSQL becomes: a Flink type, and how its text is read. */
final class ColumnType {

    private static final int MICROS = 6;

    static final ColumnType BOOLEAN = new ColumnType(new BooleanType(), (text, writer, column) -> {
        if (!text.is("t") && !text.is("f")) {
            throw new Unreadable("'" + text + "' is not a boolean");
        }
        writer.writeBoolean(column, text.bytes[text.from] == 't');
    });
    static final ColumnType SMALLINT = new ColumnType(
            new SmallIntType(), (text, writer, column) -> writer.writeShort(column, (short) text.wholeNumber()));
    static final ColumnType INT =
            new ColumnType(new IntType(), (text, writer, column) -> writer.writeInt(column, (int) text.wholeNumber()));
    static final ColumnType BIGINT =
            new ColumnType(new BigIntType(), (text, writer, column) -> writer.writeLong(column, text.wholeNumber()));
    static final ColumnType FLOAT = new ColumnType(new FloatType(), (text, writer, column) -> {
        try {
            writer.writeFloat(column, Float.parseFloat(text.toString()));
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    });
    static final ColumnType DOUBLE = new ColumnType(new DoubleType(), (text, writer, column) -> {
        try {
            writer.writeDouble(column, Double.parseDouble(text.toString()));
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    });
    static final ColumnType STRING = new ColumnType(
            new VarCharType(VarCharType.MAX_LENGTH),
            (text, writer, column) ->
                    writer.writeString(column, BinaryStringData.fromBytes(text.bytes, text.from, text.to - text.from)));
    /** char(n): the blanks that fill it up do not belong to the value. */
    static final ColumnType PADDED = new ColumnType(new VarCharType(VarCharType.MAX_LENGTH), (text, writer, column) -> {
        int end = text.to;
        while (end > text.from && text.bytes[end - 1] == ' ') {
            end--;
        }
        writer.writeString(column, BinaryStringData.fromBytes(text.bytes, text.from, end - text.from));
    });
    /** Ranges of timestamps with time zone, which are printed in the session's time zone. */
    static final ColumnType MOMENTS = new ColumnType(
            new VarCharType(VarCharType.MAX_LENGTH),
            (text, writer, column) -> writer.writeString(column, BinaryStringData.fromString(Moments.inUtc(text))));

    static final ColumnType BYTES = new ColumnType(
            new VarBinaryType(VarBinaryType.MAX_LENGTH),
            (text, writer, column) -> writer.writeBinary(column, bytes(text)));
    static final ColumnType DATE =
            new ColumnType(new DateType(), (text, writer, column) -> writer.writeInt(column, Times.date(text)));
    static final ColumnType TIMESTAMP = new ColumnType(
            new TimestampType(MICROS),
            (text, writer, column) -> writer.writeTimestamp(column, Times.timestamp(text), MICROS));
    static final ColumnType TIMESTAMP_LTZ = new ColumnType(
            new LocalZonedTimestampType(MICROS),
            (text, writer, column) -> writer.writeTimestamp(column, Times.timestamp(text), MICROS));

    private final LogicalType type;
    private final ValueReader reader;
    private final @Nullable ValueReader binary;

    private ColumnType(LogicalType type, ValueReader reader) {
        this(type, reader, null);
    }

    private ColumnType(LogicalType type, ValueReader reader, @Nullable ValueReader binary) {
        this.type = type;
        this.reader = reader;
        this.binary = binary;
    }

    static ColumnType decimal(int precision, int scale) {
        return new ColumnType(new DecimalType(precision, scale), (text, writer, column) -> {
            try {
                DecimalData value = DecimalData.fromBigDecimal(
                        new BigDecimal(text.toString()).setScale(scale, RoundingMode.UNNECESSARY), precision, scale);
                if (value != null) {
                    writer.writeDecimal(column, value, precision);
                    return;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                // Told below.
            }
            throw new Unreadable("'" + text + "' does not fit DECIMAL(" + precision + ", " + scale + ")");
        });
    }

    static ColumnType array(ColumnType element) {
        return new ColumnType(new ArrayType(element.type), new ArrayReader(element));
    }

    LogicalType type() {
        return type;
    }

    /** Reads the text of a value. */
    ValueReader reader() {
        return reader;
    }

    /** Reads the binary form of a value; null if only its text can be read. */
    @Nullable
    ValueReader binary() {
        return binary;
    }

    private static byte[] bytes(Slice text) throws Unreadable {
        if (text.length() < 2 || text.bytes[text.from] != '\\' || text.bytes[text.from + 1] != 'x') {
            throw new Unreadable(
                    "'" + text + "' is not bytea in the hex format; leave bytea_output of the user at hex");
        }
        byte[] bytes = new byte[(text.length() - 2) / 2];
        for (int i = 0, at = text.from + 2; i < bytes.length; i++, at += 2) {
            int high = Character.digit(text.bytes[at], 16);
            int low = Character.digit(text.bytes[at + 1], 16);
            if (high < 0 || low < 0) {
                throw new Unreadable("'" + text + "' is not bytea in the hex format");
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return type.asSummaryString();
    }
}
