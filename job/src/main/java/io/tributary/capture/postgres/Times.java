package io.tributary.capture.postgres;

import java.time.LocalDate;
import org.apache.flink.table.data.TimestampData;

/**
 * Dates and timestamps in PostgreSQL's ISO style.
 *
 * <p>{@code infinity} becomes the last moment of the year 9999 and {@code -infinity} the first of the year 1, since neither
 * Flink nor Iceberg knows infinity. Real values outside of these years cannot be read.
 */
final class Times {

    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long SECONDS = 86_400;
    private static final TimestampData INFINITY =
            TimestampData.fromEpochMillis((LAST_DAY + 1) * SECONDS * 1000 - 1, 999_000);
    private static final TimestampData MINUS_INFINITY = TimestampData.fromEpochMillis(FIRST_DAY * SECONDS * 1000);

    private final Slice text;
    private int at;

    private Times(Slice text) {
        this.text = text;
        this.at = text.from;
    }

    /** Days since 1970. */
    static int date(Slice text) throws Unreadable {
        if (text.is("infinity")) {
            return (int) LAST_DAY;
        }
        if (text.is("-infinity")) {
            return (int) FIRST_DAY;
        }
        Times times = new Times(text);
        long day = times.day();
        times.end();
        return (int) day;
    }

    /** A timestamp with or without an offset; with one, it is the moment in UTC. */
    static TimestampData timestamp(Slice text) throws Unreadable {
        if (text.is("infinity")) {
            return INFINITY;
        }
        if (text.is("-infinity")) {
            return MINUS_INFINITY;
        }
        Times times = new Times(text);
        long seconds = times.day() * SECONDS;
        times.expect(' ');
        seconds += times.secondOfDay();
        int nanos = times.fraction();
        seconds -= times.offset();
        times.end();
        if (seconds < FIRST_DAY * SECONDS || seconds >= (LAST_DAY + 1) * SECONDS) {
            throw times.outside();
        }
        return TimestampData.fromEpochMillis(seconds * 1000 + nanos / 1_000_000, nanos % 1_000_000);
    }

    private long day() throws Unreadable {
        int year = number(4, 7);
        expect('-');
        int month = number(2, 2);
        expect('-');
        int day = number(2, 2);
        if (year > 9999 || year < 1 || text.bytes[text.to - 1] == 'C') {
            throw outside();
        }
        return LocalDate.of(year, month, day).toEpochDay();
    }

    private long secondOfDay() throws Unreadable {
        long hours = number(2, 2);
        expect(':');
        long minutes = number(2, 2);
        expect(':');
        return hours * 3600 + minutes * 60 + number(2, 2);
    }

    private int fraction() throws Unreadable {
        if (at == text.to || text.bytes[at] != '.') {
            return 0;
        }
        at++;
        int start = at;
        int value = number(1, 9);
        for (int digits = at - start; digits < 9; digits++) {
            value *= 10;
        }
        return value;
    }

    /** Seconds east of Greenwich; historic ones have minutes and seconds. */
    private long offset() throws Unreadable {
        if (at == text.to) {
            return 0;
        }
        byte sign = text.bytes[at];
        if (sign != '+' && sign != '-') {
            throw malformed();
        }
        at++;
        long seconds = number(2, 2) * 3600L;
        if (at < text.to) {
            expect(':');
            seconds += number(2, 2) * 60L;
        }
        if (at < text.to) {
            expect(':');
            seconds += number(2, 2);
        }
        return sign == '+' ? seconds : -seconds;
    }

    private int number(int least, int most) throws Unreadable {
        int start = at;
        int value = 0;
        while (at < text.to && at - start < most && text.bytes[at] >= '0' && text.bytes[at] <= '9') {
            value = value * 10 + text.bytes[at] - '0';
            at++;
        }
        if (at - start < least) {
            throw malformed();
        }
        return value;
    }

    private void expect(char expected) throws Unreadable {
        if (at == text.to || text.bytes[at] != expected) {
            throw malformed();
        }
        at++;
    }

    private void end() throws Unreadable {
        if (at != text.to) {
            throw malformed();
        }
    }

    private Unreadable outside() {
        return new Unreadable("'" + text + "' is outside of the years 1 to 9999");
    }

    private Unreadable malformed() {
        return new Unreadable("'" + text + "' is not a date or timestamp in the ISO style");
    }
}
