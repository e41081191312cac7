package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.TimestampType;
import org.jspecify.annotations.Nullable;

/** What the schemas become that Kafka Connect and Debezium have given names. */
final class NamedTypes {

    private static final int MICROS = 6;

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

    private NamedTypes() {}

    /** Null if the name says nothing. */
    static @Nullable ValueType find(ConnectType type) {
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
                return DecimalValues.type(
                        number(type.parameter("connect.decimal.precision"), DecimalType.MAX_PRECISION), scale(type));
            case "io.debezium.data.VariableScaleDecimal":
                return DecimalValues.OF_VARIABLE_SCALE;
            case "io.debezium.data.Bits":
                int length = type.isVaryingBits() ? 0 : number(type.parameter("length"), 0);
                return ValueType.string((value, out, column) ->
                        out.writeString(column, StringData.fromString(BitStrings.print(Tokens.bytes(value), length))));
            case "io.debezium.data.geometry.Geometry":
            case "io.debezium.data.geometry.Geography":
                return geometry().large();
            case "io.debezium.data.geometry.Point":
                return geometry();
            case "io.debezium.data.Uuid":
            case "io.debezium.data.Enum":
            case "io.debezium.data.EnumSet":
                return ValueTypes.STRING;
            case "io.debezium.data.Json":
                return ValueTypes.DOCUMENT;
            default:
                // Xml, Year and what Debezium may bring still are what their kind is.
                return null;
        }
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
        return ValueType.of(
                ValueTypes.BYTES.type(), (value, out, column) -> out.writeBinary(column, WellKnownBinary.read(value)));
    }

    /** Turns one text into another. */
    private interface Turn {
        String apply(String text) throws Unreadable;
    }

    private static ValueType text(Turn turn) {
        return ValueType.string(
                (value, out, column) -> out.writeString(column, StringData.fromString(turn.apply(Tokens.text(value)))));
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
