package io.tributary.capture.postgres;

import java.nio.charset.StandardCharsets;

/** The bytes of one value, as the text PostgreSQL printed or in its binary form: a slice of a message, moved from value to value. */
final class Slice {

    byte[] bytes;
    int from;
    int to;

    Slice() {
        this(new byte[0]);
    }

    Slice(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    Slice(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    static Slice of(String text) {
        return new Slice(text.getBytes(StandardCharsets.UTF_8));
    }

    Slice at(byte[] newBytes, int newFrom, int newTo) {
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
