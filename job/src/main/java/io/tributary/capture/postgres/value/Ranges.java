package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * Ranges, and several of them. A range is a byte of flags, and its bounds with their lengths in front where it has them; several
 * are their number and each with its length in front. See {@code range_send} and {@code multirange_send}.
 */
public final class Ranges {

    private static final int EMPTY = 1;
    private static final int WITH_LOWER = 2;
    private static final int WITH_UPPER = 4;
    private static final int NO_LOWER = 8 | 32;
    private static final int NO_UPPER = 16 | 64;

    private Ranges() {}

    /** {@code bound} prints a bound. */
    public static ValuePrinter one(ValuePrinter bound) {
        return (value, out) -> {
            int flags = value.check(0, 1).bytes[value.from];
            if ((flags & EMPTY) != 0) {
                out.add("empty");
                return;
            }
            int at = 1;
            out.add((flags & WITH_LOWER) != 0 ? '[' : '(');
            if ((flags & NO_LOWER) == 0) {
                at = bound(value, at, bound, out);
            }
            out.add(',');
            if ((flags & NO_UPPER) == 0) {
                bound(value, at, bound, out);
            }
            out.add((flags & WITH_UPPER) != 0 ? ']' : ')');
        };
    }

    /** {@code range} prints a range. */
    public static ValuePrinter several(ValuePrinter range) {
        return (value, out) -> {
            int count = value.check(0, 4).int32(0);
            Slice part = new Slice();
            int at = 4;
            out.add('{');
            for (int i = 0; i < count; i++) {
                if (i > 0) {
                    out.add(',');
                }
                at = value.part(at, part);
                range.print(part, out);
            }
            out.add('}');
        };
    }

    private static int bound(Slice value, int at, ValuePrinter printer, Text out) throws Unreadable {
        Slice part = new Slice();
        int next = value.part(at, part);
        int from = out.length();
        printer.print(part, out);
        if (out.length() == from || out.hasAny("\"\\()[], \t\n\r\u000b\f", from)) {
            out.quote(from, '"', false);
        }
        return next;
    }
}
