package io.tributary.capture.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.TimestampData;
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

    static final ColumnType BOOLEAN = new ColumnType(new BooleanType(), (text, row, column) -> {
        if (!text.is("t") && !text.is("f")) {
            throw new Unreadable("'" + text + "' is not a boolean");
        }
        row.writeBoolean(column, text.bytes[text.from] == 't');
    });
    static final ColumnType SMALLINT = new ColumnType(
            new SmallIntType(), (text, row, column) -> row.writeShort(column, (short) text.wholeNumber()));
    static final ColumnType INT =
            new ColumnType(new IntType(), (text, row, column) -> row.writeInt(column, (int) text.wholeNumber()));
    static final ColumnType BIGINT =
            new ColumnType(new BigIntType(), (text, row, column) -> row.writeLong(column, text.wholeNumber()));
    static final ColumnType FLOAT = new ColumnType(new FloatType(), (text, row, column) -> {
        try {
            row.writeFloat(column, Float.parseFloat(text.toString()));
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    });
    static final ColumnType DOUBLE = new ColumnType(new DoubleType(), (text, row, column) -> {
        try {
            row.writeDouble(column, Double.parseDouble(text.toString()));
        } catch (NumberFormatException e) {
            throw new Unreadable("'" + text + "' is not a number");
        }
    });
    static final ColumnType STRING = new ColumnType(
            new VarCharType(VarCharType.MAX_LENGTH),
            (text, row, column) -> row.writeBytes(column, text.bytes, text.from, text.to));
    /** char(n): the blanks that fill it up do not belong to the value. */
    static final ColumnType PADDED = new ColumnType(new VarCharType(VarCharType.MAX_LENGTH), (text, row, column) -> {
        int end = text.to;
        while (end > text.from && text.bytes[end - 1] == ' ') {
            end--;
        }
        row.writeBytes(column, text.bytes, text.from, end);
    });
    /** Ranges of timestamps with time zone, which are printed in the session's time zone. */
    static final ColumnType MOMENTS = new ColumnType(new VarCharType(VarCharType.MAX_LENGTH), (text, row, column) -> {
        byte[] inUtc = Moments.inUtc(text).getBytes(StandardCharsets.UTF_8);
        row.writeBytes(column, inUtc, 0, inUtc.length);
    });

    static final ColumnType BYTES = new ColumnType(new VarBinaryType(VarBinaryType.MAX_LENGTH), (text, row, column) -> {
        byte[] bytes = bytes(text);
        row.writeBytes(column, bytes, 0, bytes.length);
    });
    static final ColumnType DATE =
            new ColumnType(new DateType(), (text, row, column) -> row.writeInt(column, Times.date(text)));
    static final ColumnType TIMESTAMP =
            new ColumnType(new TimestampType(MICROS), (text, row, column) -> write(Times.timestamp(text), row, column));
    static final ColumnType TIMESTAMP_LTZ = new ColumnType(
            new LocalZonedTimestampType(MICROS), (text, row, column) -> write(Times.timestamp(text), row, column));

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
        return new ColumnType(new DecimalType(precision, scale), (text, row, column) -> {
            try {
                DecimalData value = DecimalData.fromBigDecimal(
                        new BigDecimal(text.toString()).setScale(scale, RoundingMode.UNNECESSARY), precision, scale);
                if (value != null) {
                    write(value, row, column);
                    return;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                // Told below.
            }
            throw new Unreadable("'" + text + "' does not fit DECIMAL(" + precision + ", " + scale + ")");
        });
    }

    private static void write(TimestampData value, RowWriter row, int column) {
        row.writeTimestamp(column, value.getMillisecond(), value.getNanoOfMillisecond());
    }

    private static void write(DecimalData value, RowWriter row, int column) {
        if (value.isCompact()) {
            row.writeLong(column, value.toUnscaledLong());
            return;
        }
        BigInteger unscaled = value.toBigDecimal().unscaledValue();
        row.writeDecimal(column, unscaled.shiftRight(64).longValue(), unscaled.longValue());
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
