package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Small binary forms, printed as the server does. */
final class Printers {

    private Printers() {}

    static void printBoolean(Slice value, Text out) throws Unreadable {
        out.add(value.ofLength(1).bytes[value.from] == 0 ? 'f' : 't');
    }

    static void printShort(Slice value, Text out) throws Unreadable {
        out.add(value.ofLength(2).int16(0));
    }

    static void printInt(Slice value, Text out) throws Unreadable {
        out.add(value.ofLength(4).int32(0));
    }

    static void printUnsignedInt(Slice value, Text out) throws Unreadable {
        out.add(Integer.toUnsignedLong(value.ofLength(4).int32(0)));
    }

    static void printLong(Slice value, Text out) throws Unreadable {
        out.add(value.ofLength(8).int64(0));
    }

    static void printUnsignedLong(Slice value, Text out) throws Unreadable {
        out.add(Long.toUnsignedString(value.ofLength(8).int64(0)));
    }

    static void printBytes(Slice value, Text out) throws Unreadable {
        out.add("\\x").hex(value.bytes, value.from, value.to);
    }

    static void printUuid(Slice value, Text out) throws Unreadable {
        byte[] bytes = value.ofLength(16).bytes;
        int at = value.from;
        out.hex(bytes, at, at + 4).add('-').hex(bytes, at + 4, at + 6).add('-').hex(bytes, at + 6, at + 8);
        out.add('-').hex(bytes, at + 8, at + 10).add('-').hex(bytes, at + 10, at + 16);
    }

    /** A place in the WAL. */
    static void printLsn(Slice value, Text out) throws Unreadable {
        out.add(hex(value.ofLength(8).int32(0))).add('/').add(hex(value.int32(4)));
    }

    /** A place in a table: the block, and the row in it. */
    static void printTid(Slice value, Text out) throws Unreadable {
        out.add('(').add(Integer.toUnsignedLong(value.ofLength(6).int32(0)));
        out.add(',').add(value.int16(4) & 0xffff).add(')');
    }

    /** How many bits there are, then the bits. */
    static void printBits(Slice value, Text out) throws Unreadable {
        int bits = value.length() < 4 ? -1 : value.int32(0);
        if (bits < 0 || value.length() != 4 + (bits + 7) / 8) {
            throw new Unreadable(value.length() + " bytes are not the binary form of a bit string");
        }
        for (int i = 0; i < bits; i++) {
            out.add((value.bytes[value.from + 4 + i / 8] >> (7 - i % 8) & 1) == 0 ? '0' : '1');
        }
    }

    /** Text behind a byte that says in which version of the format it is: so far the first. */
    static void printVersioned(Slice value, Text out) throws Unreadable {
        out.add(value.bytes, textOfVersion1(value), value.to);
    }

    static void readVersioned(Slice value, RowWriter row, int column) throws Unreadable {
        row.writeBytes(column, value.bytes, textOfVersion1(value), value.to);
    }

    private static int textOfVersion1(Slice value) throws Unreadable {
        if (value.length() == 0 || value.bytes[value.from] != 1) {
            throw new Unreadable("This version of the binary form of its type is not known to this reader");
        }
        return value.from + 1;
    }

    private static String hex(int number) {
        return Integer.toHexString(number).toUpperCase(java.util.Locale.ROOT);
    }
}
