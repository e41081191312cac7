package io.tributary.capture.postgres.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text that is being printed, in UTF-8. One object serves text after text. */
public final class Text {

    private static final int LONGEST_NUMBER = 20;
    private static final int KEPT = 1 << 20;

    private byte[] bytes = new byte[64];
    private int length;

    public Text clear() {
        length = 0;
        if (bytes.length > KEPT) {
            bytes = new byte[64];
        }
        return this;
    }

    /** As many as {@link #length()} are the text. Another array when the text has grown. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /** What stands behind {@code start}, until the text grows. */
    Slice from(int start) {
        return new Slice(bytes, start, length);
    }

    /** Drops what is behind the first {@code newLength} bytes. */
    public void truncate(int newLength) {
        length = newLength;
    }

    public Text add(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    public Text add(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    Text add(Slice text) {
        return add(text.bytes, text.from, text.to);
    }

    public Text add(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    public Text add(long number) {
        reserve(LONGEST_NUMBER);
        if (number < 0) {
            bytes[length++] = '-';
        }
        // Negative, since the smallest number has no positive counterpart.
        long rest = number < 0 ? number : -number;
        int digits = 1;
        for (long value = rest; value <= -10; value /= 10) {
            digits++;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' - rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** At least so many digits of a number that is not negative. */
    Text padded(long number, int digits) {
        long limit = 10;
        for (int i = 1; i < digits; i++) {
            if (number < limit) {
                add('0');
            }
            limit *= 10;
        }
        return add(number);
    }

    /** A fraction of a second, with its point, without trailing zeros; nothing if it is 0. */
    Text fraction(long micros) {
        if (micros == 0) {
            return this;
        }
        add('.').padded(micros, 6);
        while (bytes[length - 1] == '0') {
            length--;
        }
        return this;
    }

    /** Lower-case digits, two a byte. */
    public Text hex(byte[] source, int from, int to) {
        for (int i = from; i < to; i++) {
            add(Character.forDigit(source[i] >> 4 & 15, 16)).add(Character.forDigit(source[i] & 15, 16));
        }
        return this;
    }

    /** Whether one of {@code ascii} stands behind {@code from}. */
    boolean hasAny(String ascii, int from) {
        for (int i = from; i < length; i++) {
            if (bytes[i] >= 0 && ascii.indexOf(bytes[i]) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Puts what stands behind {@code from} into double quotes. Quotes in it get a {@code beforeQuote}, backslashes a backslash;
     * control characters stay as they are unless it is for JSON.
     */
    Text quote(int from, char beforeQuote, boolean json) {
        int quoted = length + 2;
        for (int i = from; i < length; i++) {
            boolean control = json && bytes[i] >= 0 && bytes[i] < ' ';
            quoted += control ? 5 : bytes[i] == '"' || bytes[i] == '\\' ? 1 : 0;
        }
        reserve(quoted - length);
        int to = quoted;
        bytes[--to] = '"';
        for (int i = length - 1; i >= from; i--) {
            byte b = bytes[i];
            if (json && b >= 0 && b < ' ') {
                bytes[--to] = (byte) Character.forDigit(b & 15, 16);
                bytes[--to] = (byte) Character.forDigit(b >> 4, 16);
                bytes[--to] = '0';
                bytes[--to] = '0';
                bytes[--to] = 'u';
                bytes[--to] = '\\';
                continue;
            }
            bytes[--to] = b;
            if (b == '"') {
                bytes[--to] = (byte) beforeQuote;
            } else if (b == '\\') {
                bytes[--to] = '\\';
            }
        }
        bytes[from] = '"';
        length = quoted;
        return this;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
