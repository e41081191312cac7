package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Types that hold words: {@code tsvector} and {@code hstore}. See {@code tsvectorsend} and {@code hstore_send}. */
final class Words {

    private static final String WEIGHTS = " CBA";
    private static final int POSITION_BITS = 14;

    private Words() {}

    /** How many lexemes there are; each ends with a zero, and has a number of positions behind it, with weights. */
    static void printLexemes(Slice value, Text out) throws Unreadable {
        int lexemes = count(value);
        int at = 4;
        for (int i = 0; i < lexemes; i++) {
            out.add(i == 0 ? "'" : " '");
            for (; value.has(at, 1) && value.bytes[value.from + at] != 0; at++) {
                byte b = value.bytes[value.from + at];
                if (b == '\'' || b == '\\') {
                    out.add((char) b);
                }
                out.add(value.bytes, value.from + at, value.from + at + 1);
            }
            out.add('\'');
            at++;
            int positions = value.check(at, 2).int16(at) & 0xffff;
            at += 2;
            value.check(at, 2 * positions);
            for (int p = 0; p < positions; p++, at += 2) {
                int position = value.int16(at) & 0xffff;
                out.add(p == 0 ? ':' : ',').add(position & ((1 << POSITION_BITS) - 1));
                if (position >> POSITION_BITS != 0) {
                    out.add(WEIGHTS.charAt(position >> POSITION_BITS));
                }
            }
        }
    }

    /** How many pairs there are; each is a key with its length in front, and a value, of which -1 says that it is NULL. */
    static void printPairs(Slice value, Text out) throws Unreadable {
        int pairs = count(value);
        int at = 4;
        for (int i = 0; i < pairs; i++) {
            if (i > 0) {
                out.add(", ");
            }
            at = word(value, at, out);
            out.add("=>");
            at = word(value, at, out);
        }
    }

    private static int word(Slice value, int at, Text out) throws Unreadable {
        int length = value.check(at, 4).int32(at);
        if (length < 0) {
            out.add("NULL");
            return at + 4;
        }
        value.check(at + 4, length);
        int from = out.length();
        out.add(value.bytes, value.from + at + 4, value.from + at + 4 + length);
        out.quote(from, '\\', false);
        return at + 4 + length;
    }

    private static int count(Slice value) throws Unreadable {
        return value.check(0, 4).int32(0);
    }
}
