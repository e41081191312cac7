package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.writer.BinaryWriter;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.VarBinaryType;

/**
 * What each schema of Kafka Connect becomes, Debezium's own by their names. Where a value is of PostgreSQL, it becomes what it is
 * when it is read from there directly.
 */
final class ValueTypes {

    /** Arrays in arrays, each of which is gone through twice. What is deeper is JSON. */
    private static final int DEEPEST_ARRAY = 6;

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
    static final ValueType DOCUMENT = LARGE_STRING.document();
    /** Whatever stands there, as JSON. */
    static final ValueType JSON_TEXT = ValueType.string(
                    (value, out, column) -> out.writeString(column, StringData.fromString(JsonValues.text(value))))
            .large();

    private static final ValueType PADDED = ValueType.string((value, out, column) ->
                    out.writeString(column, StringData.fromString(unpadded(Tokens.text(value)))))
            .large();

    private ValueTypes() {}

    static ValueType of(ConnectType type) {
        ValueType byName = NamedTypes.find(type);
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
            return isHeld ? DecimalValues.type(decimal.getPrecision(), decimal.getScale()) : type;
        }
        return type;
    }

    private static ValueType array(ConnectType type) {
        int depth = 0;
        for (ConnectType inner = type; inner.kind() == ConnectType.Kind.ARRAY; inner = inner.items()) {
            depth++;
        }
        return depth > DEEPEST_ARRAY ? JSON_TEXT : ValueType.array(of(type.items()));
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

    private static String unpadded(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
