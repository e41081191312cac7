package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.capture.debezium.ConnectType.Kind;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * The type of a column as the settings declare it, for events without a schema: a type of SQL, or the name of a schema that Debezium
 * would have sent ({@code io.debezium.time.MicroTime}, {@code org.apache.kafka.connect.data.Decimal(10,2)}).
 *
 * <p>Under a type of SQL a value may come in each form that is plain: a timestamp as text, or as the number of milliseconds,
 * microseconds or nanoseconds that its precision asks for.
 */
final class DeclaredType {

    private static final Pattern DECIMAL =
            Pattern.compile("org\\.apache\\.kafka\\.connect\\.data\\.Decimal\\((\\d+), ?(\\d+)\\)");
    private static final int MICROS = 6;
    private static final int MILLIS = 3;

    private DeclaredType() {}

    static ValueType parse(String declared) throws Unreadable {
        Matcher decimal = DECIMAL.matcher(declared);
        if (decimal.matches()) {
            return DecimalValues.type(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        if (declared.startsWith("io.debezium.") || declared.startsWith("org.apache.kafka.")) {
            ValueType type = ValueTypes.of(ConnectType.of(Kind.MAP, declared, Map.of()));
            if (type == ValueTypes.JSON_TEXT) {
                throw unknown(declared);
            }
            return type;
        }
        try {
            return of(LogicalTypeParser.parse(declared, DeclaredType.class.getClassLoader()), declared);
        } catch (ValidationException | IllegalArgumentException e) {
            throw unknown(declared);
        }
    }

    private static ValueType of(LogicalType type, String declared) throws Unreadable {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return ValueTypes.BOOLEAN;
            case TINYINT:
            case SMALLINT:
                return ValueTypes.SMALLINT;
            case INTEGER:
                return ValueTypes.INT;
            case BIGINT:
                return ValueTypes.BIGINT;
            case FLOAT:
                return ValueTypes.FLOAT;
            case DOUBLE:
                return ValueTypes.DOUBLE;
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                return DecimalValues.plain(decimal.getPrecision(), decimal.getScale());
            case CHAR:
            case VARCHAR:
                return ValueType.string(Found::readText).large();
            case BINARY:
            case VARBINARY:
                return ValueTypes.BYTES;
            case DATE:
                return ValueType.of(
                        new DateType(),
                        (value, out, column) -> out.writeInt(
                                column,
                                value.currentToken().isNumeric()
                                        ? TemporalValues.day(Tokens.whole(value))
                                        : TemporalValues.day(Tokens.text(value))));
            case TIME_WITHOUT_TIME_ZONE:
                return ValueType.string((value, out, column) -> out.writeString(
                        column,
                        StringData.fromString(
                                value.currentToken().isNumeric()
                                        ? TemporalValues.timeOfNanos(
                                                Math.multiplyExact(Tokens.whole(value), nanosOfUnit(type)))
                                        : TemporalValues.localTime(Tokens.text(value)))));
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return ValueType.of(
                        new TimestampType(MICROS),
                        (value, out, column) -> out.writeTimestamp(
                                column,
                                value.currentToken().isNumeric()
                                        ? TemporalValues.ofUnit(Tokens.whole(value), nanosOfUnit(type))
                                        : TemporalValues.ofLocal(Tokens.text(value)),
                                MICROS));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return ValueType.of(
                        new LocalZonedTimestampType(MICROS),
                        (value, out, column) -> out.writeTimestamp(
                                column,
                                value.currentToken().isNumeric()
                                        ? TemporalValues.ofUnit(Tokens.whole(value), nanosOfUnit(type))
                                        : TemporalValues.ofZoned(Tokens.text(value)),
                                MICROS));
            case ARRAY:
                return ValueType.array(of(((ArrayType) type).getElementType(), declared));
            default:
                throw unknown(declared);
        }
    }

    private static long nanosOfUnit(LogicalType type) {
        int precision = LogicalTypeChecks.getPrecision(type);
        return precision <= MILLIS ? 1_000_000 : precision <= MICROS ? 1_000 : 1;
    }

    private static Unreadable unknown(String declared) {
        return new Unreadable("'" + declared + "' is not a column type: use BOOLEAN, SMALLINT, INT, BIGINT, FLOAT,"
                + " DOUBLE, DECIMAL(p, s), STRING, BYTES, DATE, TIME(p), TIMESTAMP(p), TIMESTAMP_LTZ(p), ARRAY<..>, or"
                + " the name of a schema such as io.debezium.time.MicroTimestamp");
    }
}
