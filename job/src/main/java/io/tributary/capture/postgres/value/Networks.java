package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * Addresses of networks and machines. The binary form of {@code inet} and {@code cidr}: the family, how many bits are of the
 * network, whether it is a cidr, how many bytes follow, and the bytes. See {@code network_send}.
 */
final class Networks {

    private static final int HEADER = 4;
    private static final int GROUPS = 8;

    private Networks() {}

    static void printAddress(Slice value, Text out) throws Unreadable {
        int size = value.length() - HEADER;
        if ((size != 4 && size != 16) || value.bytes[value.from + 3] != size) {
            throw new Unreadable(value.length() + " bytes are not the binary form of an inet");
        }
        int bits = value.bytes[value.from + 1] & 0xff;
        boolean cidr = value.bytes[value.from + 2] != 0;
        if (size == 4) {
            printVersion4(value.bytes, value.from + HEADER, out);
        } else {
            printVersion6(value, out);
        }
        if (cidr || bits != size * 8) {
            out.add('/').add(bits);
        }
    }

    static void printMachine(Slice value, Text out) throws Unreadable {
        for (int at = value.from; at < value.to; at++) {
            if (at > value.from) {
                out.add(':');
            }
            out.hex(value.bytes, at, at + 1);
        }
    }

    private static void printVersion4(byte[] bytes, int at, Text out) {
        for (int i = 0; i < 4; i++) {
            if (i > 0) {
                out.add('.');
            }
            out.add(bytes[at + i] & 0xff);
        }
    }

    /** The longest run of zeros is left out; the end of some addresses is printed as in version 4. */
    private static void printVersion6(Slice value, Text out) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && group(value, end) == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
            i = Math.max(i, end - 1);
        }
        for (int i = 0; i < GROUPS; i++) {
            if (start >= 0 && i >= start && i < start + length) {
                if (i == start) {
                    out.add(':');
                }
                continue;
            }
            if (i > 0) {
                out.add(':');
            }
            boolean version4 = start == 0
                    && (length == 6
                            || (length == 7 && group(value, 7) != 1)
                            || (length == 5 && group(value, 5) == 0xffff));
            if (i == 6 && version4) {
                printVersion4(value.bytes, value.from + HEADER + 12, out);
                return;
            }
            out.add(Integer.toHexString(group(value, i)));
        }
        if (start >= 0 && start + length == GROUPS) {
            out.add(':');
        }
    }

    private static int group(Slice value, int index) {
        return value.int16(HEADER + 2 * index) & 0xffff;
    }
}
