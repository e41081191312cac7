package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Times of day and intervals, printed as PostgreSQL does; intervals in the style iso_8601. Numbers are microseconds. */
final class Clock {

    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Clock() {}

    static void printTime(Slice value, Text out) throws Unreadable {
        print(value.ofLength(8).int64(0), out);
    }

    /** The zone is in seconds west of Greenwich; minutes and seconds are printed if there are any. */
    static void printTimeWithZone(Slice value, Text out) throws Unreadable {
        print(value.ofLength(12).int64(0), out);
        int west = value.int32(8);
        int seconds = Math.abs(west);
        out.add(west <= 0 ? '+' : '-').padded(seconds / 3600, 2);
        if (seconds % 3600 != 0) {
            out.add(':').padded(seconds / 60 % 60, 2);
        }
        if (seconds % 60 != 0) {
            out.add(':').padded(seconds % 60, 2);
        }
    }

    static Text print(long time, Text out) {
        return out.padded(time / HOUR, 2)
                .add(':')
                .padded(time / MINUTE % 60, 2)
                .add(':')
                .padded(time / SECOND % 60, 2)
                .fraction(time % SECOND);
    }

    static void printInterval(Slice value, Text out) throws Unreadable {
        long time = value.ofLength(16).int64(0);
        int days = value.int32(8);
        int months = value.int32(12);
        if (time == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            out.add("infinity");
            return;
        }
        if (time == Long.MIN_VALUE && days == Integer.MIN_VALUE && months == Integer.MIN_VALUE) {
            out.add("-infinity");
            return;
        }
        if (time == 0 && days == 0 && months == 0) {
            out.add("PT0S");
            return;
        }
        out.add('P');
        part(months / 12, 'Y', out);
        part(months % 12, 'M', out);
        part(days, 'D', out);
        if (time == 0) {
            return;
        }
        out.add('T');
        part(time / HOUR, 'H', out);
        part(time / MINUTE % 60, 'M', out);
        long seconds = time % MINUTE;
        if (seconds != 0) {
            if (seconds < 0) {
                out.add('-');
            }
            out.add(Math.abs(seconds / SECOND))
                    .fraction(Math.abs(seconds % SECOND))
                    .add('S');
        }
    }

    private static void part(long number, char unit, Text out) {
        if (number != 0) {
            out.add(number).add(unit);
        }
    }
}
