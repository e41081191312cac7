package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;

/** Strings of bits, as PostgreSQL prints them. */
final class BitStrings {

    /** The longest {@code bit(n)} of PostgreSQL. The length of {@code varbit} without one is sent as the greatest int. */
    private static final int LONGEST_BITS = 83_886_080;

    /** Of a value, for a schema may give any length to one byte. */
    private static final int MOST_BITS = 1 << 20;

    private BitStrings() {}

    /**
     * The bits come with the lowest byte first, and of PostgreSQL without the bytes above the highest 1; they are printed with the
     * highest first, the zeros in front included.
     *
     * @param length how many there are; if it is none that a column can have, the bytes say it
     */
    static String print(byte[] bytes, int length) throws Unreadable {
        int sent = Math.multiplyExact(bytes.length, 8);
        int shown = length <= 0 || length > LONGEST_BITS ? sent : length;
        if (shown > MOST_BITS) {
            throw new Unreadable(shown + " bits are more than the " + MOST_BITS + " that are read");
        }
        StringBuilder text = new StringBuilder(shown);
        for (int i = shown - 1; i >= 0; i--) {
            text.append(i >= sent || (bytes[i / 8] >> (i % 8) & 1) == 0 ? '0' : '1');
        }
        return text.toString();
    }
}
