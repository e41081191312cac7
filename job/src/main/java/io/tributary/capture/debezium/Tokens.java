package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.math.BigDecimal;

/** Takes single values from a parser, and says what stands there where it is another kind of value. */
final class Tokens {

    private static final int SHOWN = 60;
    private static final int MOST_DIGITS = 1000;

    /** Of a number's text: its digits, and as many zeros around them. */
    private static final int LONGEST_NUMBER = 3 * MOST_DIGITS;

    private Tokens() {}

    /** Whether the value is this text. */
    static boolean is(JsonParser parser, String text) throws IOException {
        int length = text.length();
        if (parser.getTextLength() != length) {
            return false;
        }
        char[] characters = parser.getTextCharacters();
        int from = parser.getTextOffset();
        for (int i = 0; i < length; i++) {
            if (characters[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static long whole(JsonParser parser) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
            throw isNot(parser, "a whole number");
        }
        try {
            return parser.getLongValue();
        } catch (InputCoercionException e) {
            throw isNot(parser, "a whole number of 64 bits");
        }
    }

    static int whole(JsonParser parser, int least, int most) throws IOException, Unreadable {
        long value = whole(parser);
        if (value < least || value > most) {
            throw isNot(parser, "a whole number from " + least + " to " + most);
        }
        return (int) value;
    }

    static String text(JsonParser parser) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw isNot(parser, "a text");
        }
        return parser.getText();
    }

    /** From base64 in JSON. */
    static byte[] bytes(JsonParser parser) throws IOException, Unreadable {
        if (!parser.hasToken(JsonToken.VALUE_STRING) && !parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)) {
            throw isNot(parser, "base64");
        }
        try {
            return parser.getBinaryValue();
        } catch (com.fasterxml.jackson.core.JsonParseException e) {
            throw isNot(parser, "base64");
        }
    }

    /** From a number, or from text that is one. */
    static BigDecimal decimal(JsonParser parser) throws IOException, Unreadable {
        try {
            BigDecimal number;
            switch (parser.currentToken()) {
                case VALUE_NUMBER_INT:
                case VALUE_NUMBER_FLOAT:
                    number = parser.getDecimalValue();
                    break;
                case VALUE_STRING:
                    if (parser.getTextLength() > LONGEST_NUMBER) {
                        throw isNot(parser, "a number of " + MOST_DIGITS + " digits at most");
                    }
                    number = new BigDecimal(parser.getText());
                    break;
                default:
                    throw isNot(parser, "a number");
            }
            if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
                throw isNot(parser, "a number of " + MOST_DIGITS + " digits at most");
            }
            return number;
        } catch (NumberFormatException e) {
            throw isNot(parser, "a number");
        }
    }

    /** NaN and the infinities come as texts, or as they are. */
    static double floating(JsonParser parser) throws IOException, Unreadable {
        switch (parser.currentToken()) {
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                double value = parser.getDoubleValue();
                if (Double.isInfinite(value) && !parser.isNaN()) {
                    throw isNot(parser, "a number of 64 bits");
                }
                return value;
            case VALUE_STRING:
                switch (parser.getText()) {
                    case "NaN":
                        return Double.NaN;
                    case "Infinity":
                        return Double.POSITIVE_INFINITY;
                    case "-Infinity":
                        return Double.NEGATIVE_INFINITY;
                    default:
                        throw isNot(parser, "a number");
                }
            default:
                throw isNot(parser, "a number");
        }
    }

    static Unreadable isNot(JsonParser parser, String expected) throws IOException {
        String text = parser.getText();
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + ".." : text;
        return new Unreadable("'" + shown + "' is not " + expected);
    }
}
