package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.writer.BinaryWriter;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.jspecify.annotations.Nullable;

/**
 * What each schema of Kafka Connect becomes, Debezium's own by their names. Where a value is of PostgreSQL, it becomes what it is
 * when it is read from there directly.
 */
final class ValueTypes {

    private static final int MICROS = 6;

    /** Of a value in a message. */
    private static final int SHOWN = 200;

    private static final int LARGEST_SCALE = 1 << 16;
    /** The longest {@code bit(n)} of PostgreSQL. The length of {@code varbit} without one is sent as the greatest int. */
    private static final int LONGEST_BITS = 83_886_080;

    /** Of a value, for a schema may give any length to one byte. */
    private static final int MOST_BITS = 1 << 20;

    /** Of a decimal: PostgreSQL's have up to 131,072 digits before the point and 16,383 behind it. */
    private static final int MOST_DECIMAL_BYTES = 1 << 16;

    /** Arrays in arrays, each of which is gone through twice. What is deeper is JSON. */
    private static final int DEEPEST_ARRAY = 6;

    private static final JsonFactory JSON = new JsonFactory();

    static final ValueType BOOLEAN = ValueType.of(new BooleanType(), ValueTypes::readBoolean);
    static final ValueType SMALLINT = ValueType.of(
            new SmallIntType(),
            (value, out, column) ->
                    out.writeShort(column, (short) Tokens.whole(value, Short.MIN_VALUE, Short.MAX_VALUE)));
    static final ValueType INT = ValueType.of(
            new IntType(),
            (value, out, column) -> out.writeInt(column, Tokens.whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE)));
    static final ValueType BIGINT =
            ValueType.of(new BigIntType(), (value, out, column) -> out.writeLong(column, Tokens.whole(value)));
    static final ValueType FLOAT = ValueType.of(new FloatType(), ValueTypes::readFloat);
    static final ValueType DOUBLE =
            ValueType.of(new DoubleType(), (value, out, column) -> out.writeDouble(column, Tokens.floating(value)));
    static final ValueType BYTES = ValueType.of(
                    new VarBinaryType(VarBinaryType.MAX_LENGTH),
                    (value, out, column) -> out.writeBinary(column, Tokens.bytes(value)))
            .large();
    static final ValueType STRING = ValueType.string(
            (value, out, column) -> out.writeString(column, StringData.fromString(Tokens.text(value))));
    static final ValueType LARGE_STRING = STRING.large();
    /** Whatever stands there, as JSON. */
    static final ValueType JSON_TEXT = ValueType.string(
                    (value, out, column) -> out.writeString(column, StringData.fromString(json(value))))
            .large();

    private static final ValueType PADDED = ValueType.string((value, out, column) ->
                    out.writeString(column, StringData.fromString(unpadded(Tokens.text(value)))))
            .large();
    private static final ValueType DATE = ValueType.of(
            new DateType(), (value, out, column) -> out.writeInt(column, TemporalValues.day(Tokens.whole(value))));
    private static final ValueType ISO_DATE = ValueType.of(
            new DateType(), (value, out, column) -> out.writeInt(column, TemporalValues.day(Tokens.text(value))));
    private static final ValueType MILLIS = timestamp(
            (value, out, column) -> out.writeTimestamp(column, TemporalValues.ofMillis(Tokens.whole(value)), MICROS));
    private static final ValueType MICRO = timestamp(
            (value, out, column) -> out.writeTimestamp(column, TemporalValues.ofMicros(Tokens.whole(value)), MICROS));
    private static final ValueType NANOS = timestamp(
            (value, out, column) -> out.writeTimestamp(column, TemporalValues.ofNanos(Tokens.whole(value)), MICROS));
    private static final ValueType ISO_TIMESTAMP = timestamp(
            (value, out, column) -> out.writeTimestamp(column, TemporalValues.ofLocal(Tokens.text(value)), MICROS));
    private static final ValueType ZONED = ValueType.of(
            new LocalZonedTimestampType(MICROS),
            (value, out, column) -> out.writeTimestamp(column, TemporalValues.ofZoned(Tokens.text(value)), MICROS));

    private ValueTypes() {}

    static ValueType of(ConnectType type) {
        ValueType byName = named(type);
        if (byName != null) {
            return byName;
        }
        switch (type.kind()) {
            case BOOLEAN:
                return BOOLEAN;
            case INT8:
            case INT16:
                return SMALLINT;
            case INT32:
                return INT;
            case INT64:
                return BIGINT;
            case FLOAT:
                return FLOAT;
            case DOUBLE:
                return DOUBLE;
            case STRING:
                return type.isPadded() ? PADDED : LARGE_STRING;
            case BYTES:
                return BYTES;
            case ARRAY:
                return array(type);
            case MAP:
            case STRUCT:
                return JSON_TEXT;
            default:
                throw new IllegalStateException("There is no kind " + type.kind());
        }
    }

    /** The same values as a wider type has them; the type itself if the other does not hold them, or is not a number. */
    static ValueType widened(ValueType type, LogicalType wide) {
        if (type == SMALLINT && wide.is(LogicalTypeRoot.INTEGER)) {
            return INT;
        }
        if ((type == SMALLINT || type == INT) && wide.is(LogicalTypeRoot.BIGINT)) {
            return BIGINT;
        }
        if (type.type() instanceof DecimalType && wide instanceof DecimalType) {
            DecimalType narrow = (DecimalType) type.type();
            DecimalType decimal = (DecimalType) wide;
            boolean isHeld = decimal.getScale() == narrow.getScale() && decimal.getPrecision() > narrow.getPrecision();
            return isHeld ? decimal(decimal.getPrecision(), decimal.getScale()) : type;
        }
        return type;
    }

    /** Null if the name says nothing. */
    private static @Nullable ValueType named(ConnectType type) {
        switch (type.name()) {
            case "io.debezium.time.Date":
            case "org.apache.kafka.connect.data.Date":
                return DATE;
            case "io.debezium.time.IsoDate":
                return ISO_DATE;
            case "io.debezium.time.Time":
            case "org.apache.kafka.connect.data.Time":
                return time(1_000_000);
            case "io.debezium.time.MicroTime":
                return time(1_000);
            case "io.debezium.time.NanoTime":
                return time(1);
            case "io.debezium.time.IsoTime":
                return text(TemporalValues::localTime);
            case "io.debezium.time.ZonedTime":
                return text(TemporalValues::zonedTime);
            case "io.debezium.time.Timestamp":
            case "org.apache.kafka.connect.data.Timestamp":
                return MILLIS;
            case "io.debezium.time.MicroTimestamp":
                return MICRO;
            case "io.debezium.time.NanoTimestamp":
                return NANOS;
            case "io.debezium.time.IsoTimestamp":
                return ISO_TIMESTAMP;
            case "io.debezium.time.ZonedTimestamp":
                return ZONED;
            case "io.debezium.time.Interval":
                return text(Intervals::print);
            case "io.debezium.time.MicroDuration":
                return ValueType.string((value, out, column) ->
                        out.writeString(column, StringData.fromString(Intervals.ofMicros(Tokens.whole(value)))));
            case "io.debezium.time.NanoDuration":
                return ValueType.string((value, out, column) ->
                        out.writeString(column, StringData.fromString(Intervals.ofNanos(Tokens.whole(value)))));
            case "org.apache.kafka.connect.data.Decimal":
                return decimal(
                        number(type.parameter("connect.decimal.precision"), DecimalType.MAX_PRECISION), scale(type));
            case "io.debezium.data.VariableScaleDecimal":
                return ValueType.string(ValueTypes::readVariableScale).large();
            case "io.debezium.data.Bits":
                int length = type.isVaryingBits() ? 0 : number(type.parameter("length"), 0);
                return ValueType.string((value, out, column) ->
                        out.writeString(column, StringData.fromString(bits(Tokens.bytes(value), length))));
            case "io.debezium.data.geometry.Geometry":
            case "io.debezium.data.geometry.Geography":
                return geometry().large();
            case "io.debezium.data.geometry.Point":
                return geometry();
            case "io.debezium.data.Uuid":
            case "io.debezium.data.Enum":
            case "io.debezium.data.EnumSet":
                return STRING;
            default:
                // Json, Xml, Year and what Debezium may bring still are what their kind is.
                return null;
        }
    }

    /** A decimal of so many digits, from its bytes or from a number; text where there is no such DECIMAL. */
    static ValueType decimal(int precision, int scale) {
        if (precision > DecimalType.MAX_PRECISION || precision < 1 || scale < 0 || scale > precision) {
            return ValueType.string((value, out, column) -> out.writeString(
                    column, StringData.fromString(unscaled(value, scale).toPlainString())));
        }
        return ValueType.of(
                new DecimalType(precision, scale),
                (value, out, column) -> writeDecimal(unscaled(value, scale), precision, scale, out, column));
    }

    /** A number, or text that is one. */
    static ValueType plainDecimal(int precision, int scale) {
        return ValueType.of(
                new DecimalType(precision, scale),
                (value, out, column) -> writeDecimal(Tokens.decimal(value), precision, scale, out, column));
    }

    static void writeDecimal(BigDecimal number, int precision, int scale, BinaryWriter out, int column)
            throws Unreadable {
        boolean hasMorePlaces =
                number.scale() > scale && number.stripTrailingZeros().scale() > scale;
        DecimalData decimal = hasMorePlaces ? null : DecimalData.fromBigDecimal(number, precision, scale);
        if (decimal == null) {
            String text = number.toPlainString();
            String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + ".." : text;
            throw new Unreadable("'" + shown + "' does not fit DECIMAL(" + precision + ", " + scale + ")");
        }
        out.writeDecimal(column, decimal, precision);
    }

    /** The number's bytes without its point; a number where the converter is told to write numbers. */
    private static BigDecimal unscaled(JsonParser value, int scale) throws IOException, Unreadable {
        if (value.currentToken().isNumeric()) {
            return Tokens.decimal(value);
        }
        if (scale < -LARGEST_SCALE || scale > LARGEST_SCALE) {
            throw new Unreadable("The scale " + scale + " of its decimal is out of range");
        }
        byte[] bytes = Tokens.bytes(value);
        if (bytes.length == 0) {
            throw Tokens.isNot(value, "a decimal's bytes");
        }
        return number(bytes, scale);
    }

    private static BigDecimal number(byte[] unscaled, int scale) throws Unreadable {
        if (unscaled.length > MOST_DECIMAL_BYTES) {
            throw new Unreadable("A decimal of " + unscaled.length + " bytes has more than the " + MOST_DECIMAL_BYTES
                    + " that are read");
        }
        return new BigDecimal(new BigInteger(unscaled), scale);
    }

    private static ValueType array(ConnectType type) {
        int depth = 0;
        for (ConnectType inner = type; inner.kind() == ConnectType.Kind.ARRAY; inner = inner.items()) {
            depth++;
        }
        return depth > DEEPEST_ARRAY ? JSON_TEXT : ValueType.array(of(type.items()));
    }

    private static ValueType timestamp(TokenReader reader) {
        return ValueType.of(new TimestampType(MICROS), reader);
    }

    private static ValueType time(long nanosOfUnit) {
        return ValueType.string((value, out, column) -> out.writeString(
                column,
                StringData.fromString(
                        TemporalValues.timeOfNanos(Math.multiplyExact(Tokens.whole(value), nanosOfUnit)))));
    }

    private static ValueType geometry() {
        return ValueType.of(BYTES.type(), (value, out, column) -> out.writeBinary(column, WellKnownBinary.read(value)));
    }

    /** Turns one text into another. */
    private interface Turn {
        String apply(String text) throws Unreadable;
    }

    private static ValueType text(Turn turn) {
        return ValueType.string(
                (value, out, column) -> out.writeString(column, StringData.fromString(turn.apply(Tokens.text(value)))));
    }

    private static void readBoolean(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable {
        if (!value.currentToken().isBoolean()) {
            throw Tokens.isNot(value, "a boolean");
        }
        out.writeBoolean(column, value.getBooleanValue());
    }

    private static void readFloat(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable {
        float number = value.currentToken().isNumeric() ? value.getFloatValue() : (float) Tokens.floating(value);
        if (Float.isInfinite(number) && value.currentToken().isNumeric() && !value.isNaN()) {
            throw Tokens.isNot(value, "a number of 32 bits");
        }
        out.writeFloat(column, number);
    }

    private static void readVariableScale(JsonParser value, BinaryWriter out, int column)
            throws IOException, Unreadable {
        if (!value.hasToken(JsonToken.START_OBJECT)) {
            throw Tokens.isNot(value, "a struct of scale and value");
        }
        int scale = 0;
        byte[] unscaled = null;
        for (String name = value.nextFieldName(); name != null; name = value.nextFieldName()) {
            value.nextToken();
            if (name.equals("scale")) {
                scale = Tokens.whole(value, -LARGEST_SCALE, LARGEST_SCALE);
            } else if (name.equals("value")) {
                unscaled = Tokens.bytes(value);
            } else {
                value.skipChildren();
            }
        }
        if (unscaled == null || unscaled.length == 0) {
            throw new Unreadable("The decimal has no value");
        }
        out.writeString(column, StringData.fromString(number(unscaled, scale).toPlainString()));
    }

    /**
     * The bits come with the lowest byte first, and of PostgreSQL without the bytes above the highest 1; they are printed with the
     * highest first, the zeros in front included.
     *
     * @param length how many there are; if it is none that a column can have, the bytes say it
     */
    private static String bits(byte[] bytes, int length) throws Unreadable {
        int sent = Math.multiplyExact(bytes.length, 8);
        int shown = length <= 0 || length > LONGEST_BITS ? sent : length;
        if (shown > MOST_BITS) {
            throw new Unreadable(shown + " bits are more than the " + MOST_BITS + " that are read");
        }
        StringBuilder text = new StringBuilder(shown);
        for (int i = shown - 1; i >= 0; i--) {
            text.append(i >= sent || (bytes[i / 8] >> (i % 8) & 1) == 0 ? '0' : '1');
        }
        return text.toString();
    }

    static String json(JsonParser value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            int depth = 0;
            do {
                JsonToken token = depth == 0 && value.currentToken() != null ? value.currentToken() : value.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                copy(value, token, generator);
            } while (depth > 0);
        }
        return text.toString();
    }

    /** Numbers keep their digits. */
    private static void copy(JsonParser value, JsonToken token, JsonGenerator to) throws IOException {
        if (!token.isNumeric()) {
            to.copyCurrentEvent(value);
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT && value.isNaN()) {
            to.writeString(value.getText());
        } else {
            to.writeNumber(value.getText());
        }
    }

    private static String unpadded(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static int scale(ConnectType type) {
        return number(type.parameter("scale"), 0);
    }

    private static int number(@Nullable String text, int otherwise) {
        try {
            return text == null ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
