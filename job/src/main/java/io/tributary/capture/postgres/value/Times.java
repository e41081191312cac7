package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/**
 * Dates and timestamps: the text in PostgreSQL's ISO style, and the numbers of the binary form, days and microseconds since 2000.
 *
 * <p>{@code infinity} becomes the last moment of the year 9999 and {@code -infinity} the first of the year 1, since neither
 * Flink nor Iceberg knows infinity. Real values outside of these years cannot be read.
 */
final class Times {

    private static final int INFINITE_DAY = Integer.MAX_VALUE;
    private static final int MINUS_INFINITE_DAY = Integer.MIN_VALUE;
    private static final long INFINITY = Long.MAX_VALUE;
    private static final long MINUS_INFINITY = Long.MIN_VALUE;

    private static final int FIRST_DAY = Calendar.day(1, 1, 1);
    private static final int LAST_DAY = Calendar.day(9999, 12, 31);
    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final long FIRST = FIRST_DAY * DAY;
    private static final long LAST = (LAST_DAY + 1) * DAY - 1;
    private static final long MICROS_FROM_1970 = Calendar.FROM_1970 * DAY;

    private Times() {}

    static void writeDay(int day, RowWriter row, int column) throws Unreadable {
        int written = day == INFINITE_DAY ? LAST_DAY : day == MINUS_INFINITE_DAY ? FIRST_DAY : day;
        if (written < FIRST_DAY || written > LAST_DAY) {
            throw outside(printDay(day, new Text()));
        }
        row.writeInt(column, written + Calendar.FROM_1970);
    }

    /** {@code zone} is printed where the moment cannot be read. */
    static void writeMoment(long moment, String zone, RowWriter row, int column) throws Unreadable {
        long written = moment == INFINITY ? LAST : moment == MINUS_INFINITY ? FIRST : moment;
        if (written < FIRST || written > LAST) {
            throw outside(printMoment(moment, zone, new Text()));
        }
        long micros = written + MICROS_FROM_1970;
        long millis = Math.floorDiv(micros, 1000L);
        row.writeTimestamp(column, millis, (int) (micros - millis * 1000) * 1000);
    }

    static Text printDay(int day, Text out) {
        if (day == INFINITE_DAY || day == MINUS_INFINITE_DAY) {
            return out.add(day == INFINITE_DAY ? "infinity" : "-infinity");
        }
        return Calendar.printEra(day, Calendar.print(day, out));
    }

    static Text printMoment(long moment, String zone, Text out) {
        if (moment == INFINITY || moment == MINUS_INFINITY) {
            return out.add(moment == INFINITY ? "infinity" : "-infinity");
        }
        int day = (int) Math.floorDiv(moment, DAY);
        Calendar.print(day, out).add(' ');
        return Calendar.printEra(
                day, Clock.print(Math.floorMod(moment, DAY), out).add(zone));
    }

    /** The number of the day that is printed there. */
    static int day(Slice text) throws Unreadable {
        if (text.is("infinity")) {
            return INFINITE_DAY;
        }
        if (text.is("-infinity")) {
            return MINUS_INFINITE_DAY;
        }
        int end = withoutEra(text);
        int yearEnd = yearEnd(text);
        if (end != yearEnd + 6) {
            throw malformed(text);
        }
        return day(text, yearEnd, end);
    }

    /** A timestamp with or without an offset; with one, it is the moment in UTC. */
    static long moment(Slice text) throws Unreadable {
        if (text.is("infinity")) {
            return INFINITY;
        }
        if (text.is("-infinity")) {
            return MINUS_INFINITY;
        }
        byte[] bytes = text.bytes;
        int end = withoutEra(text);
        int at = yearEnd(text);
        if (end < at + 15 || bytes[at + 6] != ' ' || bytes[at + 9] != ':' || bytes[at + 12] != ':') {
            throw malformed(text);
        }
        long moment = day(text, at, end) * DAY
                + (two(text, at + 7) * 3600L + two(text, at + 10) * 60L + two(text, at + 13)) * SECOND;
        at += 15;
        if (at < end && bytes[at] == '.') {
            long unit = SECOND;
            for (at++; at < end && bytes[at] >= '0' && bytes[at] <= '9'; at++) {
                unit /= 10;
                moment += unit * (bytes[at] - '0');
            }
        }
        return at == end ? moment : moment - offset(text, at, end) * SECOND;
    }

    private static int day(Slice text, int yearEnd, int end) throws Unreadable {
        int year = 0;
        for (int i = text.from; i < yearEnd; i++) {
            year = year * 10 + digit(text, i);
        }
        if (text.bytes[yearEnd + 3] != '-') {
            throw malformed(text);
        }
        return Calendar.day(end == text.to ? year : 1 - year, two(text, yearEnd + 1), two(text, yearEnd + 4));
    }

    /** Seconds east of Greenwich; historic ones have minutes and seconds. */
    private static long offset(Slice text, int at, int end) throws Unreadable {
        byte[] bytes = text.bytes;
        int length = end - at;
        boolean complete = (length == 3 || length == 6 || length == 9)
                && (bytes[at] == '+' || bytes[at] == '-')
                && (length < 6 || bytes[at + 3] == ':')
                && (length < 9 || bytes[at + 6] == ':');
        if (!complete) {
            throw malformed(text);
        }
        long seconds = two(text, at + 1) * 3600L;
        seconds += length < 6 ? 0 : two(text, at + 4) * 60L;
        seconds += length < 9 ? 0 : two(text, at + 7);
        return bytes[at] == '+' ? seconds : -seconds;
    }

    private static int withoutEra(Slice text) {
        return text.length() > 3 && text.bytes[text.to - 1] == 'C' ? text.to - 3 : text.to;
    }

    private static int yearEnd(Slice text) throws Unreadable {
        for (int at = text.from + 4; at < Math.min(text.from + 8, text.to - 5); at++) {
            if (text.bytes[at] == '-') {
                return at;
            }
        }
        throw malformed(text);
    }

    private static int two(Slice text, int at) throws Unreadable {
        return digit(text, at) * 10 + digit(text, at + 1);
    }

    private static int digit(Slice text, int at) throws Unreadable {
        int digit = text.bytes[at] - '0';
        if (digit < 0 || digit > 9) {
            throw malformed(text);
        }
        return digit;
    }

    private static Unreadable outside(Text text) {
        return new Unreadable("'" + text + "' is outside of the years 1 to 9999");
    }

    private static Unreadable malformed(Slice text) {
        return new Unreadable("'" + text + "' is not a date or timestamp in the ISO style");
    }
}
