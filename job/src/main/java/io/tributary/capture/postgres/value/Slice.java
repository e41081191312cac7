package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of one value, as the text PostgreSQL printed or in its binary form: a slice of a message, moved from value to value. */
public final class Slice {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    public byte[] bytes;
    public int from;
    public int to;

    public Slice() {
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

    public static Slice of(String text) {
        return new Slice(text.getBytes(StandardCharsets.UTF_8));
    }

    public Slice at(byte[] newBytes, int newFrom, int newTo) {
        // A reference that is written costs more than one that is compared: the collector takes note of it.
        if (bytes != newBytes) {
            bytes = newBytes;
        }
        from = newFrom;
        to = newTo;
        return this;
    }

    int length() {
        return to - from;
    }

    /** The value of a type that always has so many bytes in its binary form. */
    Slice ofLength(int length) throws Unreadable {
        if (length() != length) {
            throw new Unreadable(length() + " bytes are not the binary form of its type, which has " + length);
        }
        return this;
    }

    public static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    /** Of the binary form: {@code at} counts from its first byte. */
    short int16(int at) {
        return (short) SHORT.get(bytes, from + at);
    }

    int int32(int at) {
        return (int) INT.get(bytes, from + at);
    }

    long int64(int at) {
        return (long) LONG.get(bytes, from + at);
    }

    boolean has(int at, int length) {
        return at >= 0 && length >= 0 && length <= length() - at;
    }

    Slice check(int at, int length) throws Unreadable {
        if (!has(at, length)) {
            throw new Unreadable(length() + " bytes are less than the binary form says that it has");
        }
        return this;
    }

    /**
     * Points {@code part} at a value that has its length in front; -1, which says that it is NULL, counts as 0.
     *
     * @return what is behind it
     */
    int part(int at, Slice part) throws Unreadable {
        int start = at + Integer.BYTES;
        int length = Math.max(check(at, Integer.BYTES).int32(at), 0);
        check(start, length);
        part.at(bytes, from + start, from + start + length);
        return start + length;
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
