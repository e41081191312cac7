package io.tributary.capture.postgres;

import java.nio.charset.StandardCharsets;

/** Bytes of the text that PostgreSQL printed for a value: a slice of a message, moved from value to value. */
final class Text {

    byte[] bytes;
    int from;
    int to;

    Text() {
        this(new byte[0]);
    }

    Text(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    Text(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    static Text of(String text) {
        return new Text(text.getBytes(StandardCharsets.UTF_8));
    }

    Text at(byte[] newBytes, int newFrom, int newTo) {
        bytes = newBytes;
        from = newFrom;
        to = newTo;
        return this;
    }

    int length() {
        return to - from;
    }

    boolean is(String ascii) {
        if (length() != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A whole number with an optional sign. */
    long wholeNumber() throws Unreadable {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (negative) {
            at++;
        }
        if (at == to) {
            throw new Unreadable("'" + this + "' is not a number");
        }
        // Counts downwards, since the smallest number has no positive counterpart.
        long value = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            long next = value * 10 - digit;
            if (digit < 0 || digit > 9 || next > value || value < Long.MIN_VALUE / 10) {
                throw new Unreadable("'" + this + "' is not a number of 64 bits");
            }
            value = next;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw new Unreadable("'" + this + "' is not a number of 64 bits");
        }
        return negative ? value : -value;
    }

    @Override
    public String toString() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
