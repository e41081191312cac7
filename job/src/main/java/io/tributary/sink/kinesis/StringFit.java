package io.tributary.sink.kinesis;

/**
 * Makes the strings in a JSON value such as the warehouse can hold: without the character U+0000, and no longer than its
 * longest string, which a string in a SUPER may not exceed either. They end where a character ends.
 *
 * <p>Assumes well-formed JSON in UTF-8, as the writers make it and as sources have checked it; of anything else it keeps
 * within the bounds of the value.
 */
final class StringFit {

    /** Of Redshift's VARCHAR, in bytes of UTF-8. */
    static final int MOST_BYTES = 65_535;

    private final byte[] bytes;
    private final int end;
    private final int limit;
    private int at;
    private int to;

    private StringFit(byte[] bytes, int from, int end, int limit) {
        this.bytes = bytes;
        this.at = from;
        this.to = from;
        this.end = end;
        this.limit = limit;
    }

    /** Changes the value in its place, and gives where it ends then. */
    static int fit(byte[] bytes, int from, int end, int limit) {
        StringFit fit = new StringFit(bytes, from, end, limit);
        while (fit.at < end) {
            boolean opens = bytes[fit.at] == '"';
            fit.copy(1);
            if (opens) {
                fit.string();
            }
        }
        return fit.to;
    }

    /** Whether a JSON document may have the character U+0000: it says so in letters. */
    static boolean mayHaveNul(byte[] json) {
        for (int i = 0; i + 5 < json.length; i++) {
            if (json[i] == '\\' && isNul(json, i)) {
                return true;
            }
        }
        return false;
    }

    private void string() {
        int size = 0;
        boolean isFull = false;
        while (at < end && bytes[at] != '"') {
            int length = Math.min(written(), end - at);
            int holds = held();
            isFull = isFull || size + holds > limit;
            if (isFull || (bytes[at] == '\\' && length == 6 && isNul(bytes, at))) {
                at += length;
            } else {
                size += holds;
                copy(length);
            }
        }
        if (at < end) {
            copy(1);
        }
    }

    private void copy(int count) {
        System.arraycopy(bytes, at, bytes, to, count);
        at += count;
        to += count;
    }

    /** How many bytes of JSON the next character has: an escape, two of them for one outside the first plane, or its UTF-8. */
    private int written() {
        if (bytes[at] != '\\') {
            return encoded(bytes[at]);
        }
        if (at + 1 >= end || bytes[at + 1] != 'u') {
            return 2;
        }
        return isPair() ? 12 : 6;
    }

    /** How many bytes of a string the next character takes. */
    private int held() {
        if (bytes[at] != '\\') {
            return encoded(bytes[at]);
        }
        if (at + 5 >= end || bytes[at + 1] != 'u') {
            return 1;
        }
        int unit = unit(at + 2);
        return isPair() ? 4 : unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    }

    private boolean isPair() {
        return at + 11 < end
                && Character.isHighSurrogate((char) unit(at + 2))
                && bytes[at + 6] == '\\'
                && bytes[at + 7] == 'u'
                && Character.isLowSurrogate((char) unit(at + 8));
    }

    private int unit(int from) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            unit = 16 * unit + Math.max(0, Character.digit(bytes[i], 16));
        }
        return unit;
    }

    private static int encoded(byte lead) {
        return lead >= 0 ? 1 : (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : 4;
    }

    private static boolean isNul(byte[] json, int at) {
        return json[at + 1] == 'u'
                && json[at + 2] == '0'
                && json[at + 3] == '0'
                && json[at + 4] == '0'
                && json[at + 5] == '0';
    }
}
