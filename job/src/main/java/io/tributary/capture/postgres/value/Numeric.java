package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * The binary form of {@code numeric}: numbers of 16 bits, namely how many groups of four digits there are, the weight of the first
 * one (in powers of 10,000), the sign, how many digits are printed behind the point, and the groups. See {@code numeric_send}.
 */
final class Numeric {

    private static final int HEADER = 8;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xc000;
    private static final int INFINITY = 0xd000;
    private static final int MINUS_INFINITY = 0xf000;

    private Numeric() {}

    static int groups(Slice value) throws Unreadable {
        int groups = value.check(0, HEADER).int16(0);
        if (value.length() != HEADER + 2 * groups) {
            throw new Unreadable(value.length() + " bytes are not the binary form of a numeric");
        }
        return groups;
    }

    static int weight(Slice value) {
        return value.int16(2);
    }

    static int group(Slice value, int index) {
        return value.int16(HEADER + 2 * index);
    }

    static boolean isNegative(Slice value) {
        return sign(value) == NEGATIVE;
    }

    static boolean isFinite(Slice value) {
        return sign(value) <= NEGATIVE;
    }

    static Text printed(Slice value) throws Unreadable {
        Text out = new Text();
        print(value, out);
        return out;
    }

    static void print(Slice value, Text out) throws Unreadable {
        int groups = groups(value);
        switch (sign(value)) {
            case 0:
                break;
            case NEGATIVE:
                out.add('-');
                break;
            case NAN:
                out.add("NaN");
                return;
            case INFINITY:
                out.add("Infinity");
                return;
            case MINUS_INFINITY:
                out.add("-Infinity");
                return;
            default:
                throw new Unreadable("A numeric with the sign " + sign(value) + " is not known to this reader");
        }
        int weight = weight(value);
        if (weight < 0) {
            out.add('0');
        }
        for (int i = 0; i <= weight; i++) {
            out.padded(i < groups ? group(value, i) : 0, i == 0 ? 1 : 4);
        }
        int places = value.int16(6);
        if (places == 0) {
            return;
        }
        out.add('.');
        int end = out.length() + places;
        for (int i = weight + 1; out.length() < end; i++) {
            out.padded(i >= 0 && i < groups ? group(value, i) : 0, 4);
        }
        out.truncate(end);
    }

    private static int sign(Slice value) {
        return value.int16(4) & 0xffff;
    }
}
