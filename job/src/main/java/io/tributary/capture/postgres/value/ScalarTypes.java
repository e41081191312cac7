package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.jspecify.annotations.Nullable;

/** Types that become more than a STRING that the server prints, by the numbers that they have in every database. */
public final class ScalarTypes {

    private static final int MICROS = 6;

    private static final ColumnType BOOLEAN = new ColumnType(
            new BooleanType(),
            Scalar.boolText((text, row, column) -> {
                if (!text.is("t") && !text.is("f")) {
                    throw new Unreadable("'" + text + "' is not a boolean");
                }
                row.writeBoolean(column, text.bytes[text.from] == 't');
            }),
            Scalar.bool(
                    (value, row, column) -> row.writeBoolean(column, value.ofLength(1).bytes[value.from] != 0),
                    Printers::printBoolean));
    private static final ColumnType SMALLINT = new ColumnType(
            new SmallIntType(),
            Scalar.numberText((text, row, column) -> row.writeShort(column, (short) text.wholeNumber())),
            Scalar.number(
                    (value, row, column) ->
                            row.writeShort(column, value.ofLength(2).int16(0)),
                    Printers::printShort));
    private static final ColumnType INT = new ColumnType(
            new IntType(),
            Scalar.numberText((text, row, column) -> row.writeInt(column, (int) text.wholeNumber())),
            Scalar.number(
                    (value, row, column) ->
                            row.writeInt(column, value.ofLength(4).int32(0)),
                    Printers::printInt));
    private static final ColumnType BIGINT = new ColumnType(
            new BigIntType(),
            Scalar.numberText((text, row, column) -> row.writeLong(column, text.wholeNumber())),
            Scalar.number(
                    (value, row, column) ->
                            row.writeLong(column, value.ofLength(8).int64(0)),
                    Printers::printLong));
    /** 32 bits without a sign. */
    private static final ColumnType OID = new ColumnType(
            new BigIntType(),
            BIGINT.text(),
            Scalar.number(
                    (value, row, column) -> row.writeLong(
                            column, Integer.toUnsignedLong(value.ofLength(4).int32(0))),
                    Printers::printUnsignedInt));

    private static final ColumnType FLOAT = new ColumnType(
            new FloatType(),
            Scalar.numberText((text, row, column) -> row.writeFloat(column, Floats.readFloat(text))),
            Scalar.number(
                    (value, row, column) -> row.writeFloat(
                            column, Float.intBitsToFloat(value.ofLength(4).int32(0))),
                    Floats::printFloat));
    private static final ColumnType DOUBLE = new ColumnType(
            new DoubleType(),
            Scalar.numberText((text, row, column) -> row.writeDouble(column, Floats.readDouble(text))),
            Scalar.number(
                    (value, row, column) -> row.writeDouble(
                            column, Double.longBitsToDouble(value.ofLength(8).int64(0))),
                    Floats::printDouble));
    /** Of any precision and scale. */
    private static final ColumnType NUMERIC = ColumnType.string(
            Scalar.numberText(Scalar.STRING), Scalar.number(Scalar.printed(Numeric::print), Numeric::print));
    /** char(n): the blanks that fill it up do not belong to the value. */
    private static final ColumnType PADDED = ColumnType.string(
            Scalar.text(ScalarTypes::readPadded, ScalarTypes::printPadded),
            Scalar.text(ScalarTypes::readPadded, ScalarTypes::printPadded));

    private static final ColumnType BYTES = new ColumnType(
            new VarBinaryType(VarBinaryType.MAX_LENGTH),
            Scalar.text(ScalarTypes::readHex),
            Scalar.bytes(Printers::printBytes));
    private static final ColumnType DATE = new ColumnType(
            new DateType(),
            Scalar.text((text, row, column) -> Times.writeDay(Times.day(text), row, column)),
            Scalar.binary(
                    (value, row, column) -> Times.writeDay(value.ofLength(4).int32(0), row, column),
                    (value, out) -> Times.printDay(value.ofLength(4).int32(0), out)));
    private static final ColumnType TIMESTAMP = new ColumnType(
            new TimestampType(MICROS),
            Scalar.text((text, row, column) -> Times.writeMoment(Times.moment(text), "", row, column)),
            Scalar.binary(
                    (value, row, column) -> Times.writeMoment(value.ofLength(8).int64(0), "", row, column),
                    (value, out) -> Times.printMoment(value.ofLength(8).int64(0), "", out)));
    private static final ColumnType TIMESTAMPTZ = new ColumnType(
            new LocalZonedTimestampType(MICROS),
            Scalar.text(
                    (text, row, column) -> Times.writeMoment(Times.moment(text), Moments.UTC, row, column),
                    Moments::print),
            Scalar.binary(
                    (value, row, column) -> Times.writeMoment(value.ofLength(8).int64(0), Moments.UTC, row, column),
                    (value, out) -> Times.printMoment(value.ofLength(8).int64(0), Moments.UTC, out)));

    private ScalarTypes() {}

    /** Null if it is none of them. */
    public static @Nullable ColumnType of(long oid, int modifier) {
        switch ((int) oid) {
            case 16:
                return BOOLEAN;
            case 21:
                return SMALLINT;
            case 23:
                return INT;
            case 20:
                return BIGINT;
            case 26:
                return OID;
            case 700:
                return FLOAT;
            case 701:
                return DOUBLE;
            case 1700:
                return numeric(modifier);
            case 17:
                return BYTES;
            case 1042:
                return PADDED;
            case 1082:
                return DATE;
            case 1114:
                return TIMESTAMP;
            case 1184:
                return TIMESTAMPTZ;
            default:
                return null;
        }
    }

    /** Where the column says nothing of precision and scale, or more than Flink knows, only text keeps every value. */
    private static ColumnType numeric(int modifier) {
        if (modifier < 4) {
            return NUMERIC;
        }
        int precision = (modifier - 4) >> 16 & 0xffff;
        int scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
        if (precision > DecimalType.MAX_PRECISION || scale < 0 || scale > precision) {
            return NUMERIC;
        }
        Decimal decimal = new Decimal(precision, scale);
        return new ColumnType(
                new DecimalType(precision, scale),
                Scalar.numberText(decimal::readText),
                Scalar.number(decimal::readBinary, Numeric::print));
    }

    private static void readPadded(Slice value, RowWriter row, int column) {
        row.writeBytes(column, value.bytes, value.from, unpadded(value));
    }

    private static void printPadded(Slice value, Text out) {
        out.add(value.bytes, value.from, unpadded(value));
    }

    private static int unpadded(Slice value) {
        int end = value.to;
        while (end > value.from && value.bytes[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    private static void readHex(Slice text, RowWriter row, int column) throws Unreadable {
        if (text.length() < 2 || text.bytes[text.from] != '\\' || text.bytes[text.from + 1] != 'x') {
            throw new Unreadable(
                    "'" + text + "' is not bytea in the hex format; leave bytea_output of the user at hex");
        }
        Text bytes = row.scratch();
        for (int at = text.from + 2; at + 1 < text.to; at += 2) {
            int high = Character.digit(text.bytes[at], 16);
            int low = Character.digit(text.bytes[at + 1], 16);
            if (high < 0 || low < 0) {
                throw new Unreadable("'" + text + "' is not bytea in the hex format");
            }
            bytes.add((char) (high << 4 | low));
        }
        row.writeScratch(column);
    }
}
