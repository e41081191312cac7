package io.tributary.sink.kinesis;

import java.nio.charset.StandardCharsets;

/**
 * Whether a text is a JSON document such as a SUPER holds: well-formed (RFC 8259), its surrogates in pairs, nested no deeper than
 * {@value #DEEPEST} levels, which with the record around it are the thousand that Redshift takes, and without a number that no
 * double holds. How long its strings are is {@link StringFit}'s.
 */
final class JsonDocument {

    static final int DEEPEST = 999;

    /** A number of fewer characters, and without an exponent, is in the range of a double. */
    private static final int SHORT_NUMBER = 300;

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final boolean[] objects = new boolean[DEEPEST];
    private int depth;
    private int at;

    private JsonDocument(byte[] bytes) {
        this.bytes = bytes;
    }

    static boolean isOne(byte[] utf8) {
        return new JsonDocument(utf8).document();
    }

    private boolean document() {
        while (true) {
            skipSpace();
            int first = peek();
            if (first == '{' || first == '[') {
                if (depth == DEEPEST) {
                    return false;
                }
                at++;
                objects[depth++] = first == '{';
                skipSpace();
                if (peek() != end()) {
                    if (first == '{' && !name()) {
                        return false;
                    }
                    continue;
                }
            } else if (!scalar(first)) {
                return false;
            }
            if (!behindValue()) {
                return depth == 0 && at == bytes.length;
            }
        }
    }

    /** Goes on to where the next value is; false if there has to be none, or what is there is wrong, which leaves it in front. */
    private boolean behindValue() {
        while (true) {
            skipSpace();
            if (depth == 0) {
                return false;
            }
            int next = peek();
            if (next == ',') {
                at++;
                if (!objects[depth - 1]) {
                    return true;
                }
                skipSpace();
                return name();
            }
            if (next != end()) {
                return false;
            }
            at++;
            depth--;
        }
    }

    private char end() {
        return objects[depth - 1] ? '}' : ']';
    }

    private boolean name() {
        if (!string()) {
            return false;
        }
        skipSpace();
        return is(':');
    }

    private boolean scalar(int first) {
        switch (first) {
            case '"':
                return string();
            case 't':
                return word(TRUE);
            case 'f':
                return word(FALSE);
            case 'n':
                return word(NULL);
            default:
                return number();
        }
    }

    private boolean word(byte[] word) {
        for (byte letter : word) {
            if (!is((char) letter)) {
                return false;
            }
        }
        return true;
    }

    private boolean number() {
        int from = at;
        is('-');
        if (!is('0') && !digits()) {
            return false;
        }
        if (is('.') && !digits()) {
            return false;
        }
        boolean hasExponent = is('e') || is('E');
        if (hasExponent && !is('+')) {
            is('-');
        }
        if (hasExponent && !digits()) {
            return false;
        }
        if (!hasExponent && at - from < SHORT_NUMBER) {
            return true;
        }
        return Double.isFinite(Double.parseDouble(new String(bytes, from, at - from, StandardCharsets.US_ASCII)));
    }

    private boolean digits() {
        int from = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at > from;
    }

    private boolean string() {
        if (!is('"')) {
            return false;
        }
        while (at < bytes.length) {
            int b = bytes[at++];
            if (b == '"') {
                return true;
            }
            if ((b >= 0 && b < ' ') || (b == '\\' && !escape())) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        int letter = peek();
        at++;
        if (letter != 'u') {
            return letter >= 0 && "\"\\/bfnrt".indexOf(letter) >= 0;
        }
        int unit = unit();
        if (unit < 0 || Character.isLowSurrogate((char) unit)) {
            return false;
        }
        return !Character.isHighSurrogate((char) unit)
                || (is('\\') && is('u') && Character.isLowSurrogate((char) Math.max(0, unit())));
    }

    /** Of four hexadecimal digits; negative if they are none. */
    private int unit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit((char) peek(), 16);
            at++;
            unit = digit < 0 || unit < 0 ? -1 : 16 * unit + digit;
        }
        return unit;
    }

    private boolean is(char expected) {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }

    /** Negative behind the end. */
    private int peek() {
        return at < bytes.length ? bytes[at] : -1;
    }

    private void skipSpace() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }
}
