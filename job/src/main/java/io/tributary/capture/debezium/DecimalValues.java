package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.writer.BinaryWriter;
import org.apache.flink.table.types.logical.DecimalType;

/** Decimals, in each form in which Debezium's converters write them. */
final class DecimalValues {

    /** Of a value in a message. */
    private static final int SHOWN = 200;

    private static final int LARGEST_SCALE = 1 << 16;

    /** Of a decimal: PostgreSQL's have up to 131,072 digits before the point and 16,383 behind it. */
    private static final int MOST_DECIMAL_BYTES = 1 << 16;

    /** Each has a scale of its own beside it, so it is text. */
    static final ValueType OF_VARIABLE_SCALE =
            ValueType.string(DecimalValues::readVariable).large();

    private DecimalValues() {}

    /** A decimal of so many digits, from its bytes or from a number; text where there is no such DECIMAL. */
    static ValueType type(int precision, int scale) {
        if (precision > DecimalType.MAX_PRECISION || precision < 1 || scale < 0 || scale > precision) {
            return ValueType.string((value, out, column) -> out.writeString(
                    column, StringData.fromString(unscaled(value, scale).toPlainString())));
        }
        return ValueType.of(
                new DecimalType(precision, scale),
                (value, out, column) -> write(unscaled(value, scale), precision, scale, out, column));
    }

    /** A number, or text that is one. */
    static ValueType plain(int precision, int scale) {
        return ValueType.of(
                new DecimalType(precision, scale),
                (value, out, column) -> write(Tokens.decimal(value), precision, scale, out, column));
    }

    private static void write(BigDecimal number, int precision, int scale, BinaryWriter out, int column)
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

    private static void readVariable(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable {
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
}
