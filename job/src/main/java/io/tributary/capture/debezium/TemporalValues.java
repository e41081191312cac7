package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import org.apache.flink.table.data.TimestampData;

/**
 * Dates, timestamps and times of day: the numbers that Debezium sends, and its texts in ISO 8601.
 *
 * <p>As for a PostgreSQL that is read without Debezium: infinity becomes the last moment of the year 9999 and minus infinity the first of
 * the year 1, other moments outside of these years cannot be read, and times of day are text. What is below a microsecond of
 * a timestamp is cut off.
 */
final class TemporalValues {

    private static final int FIRST_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();
    private static final int LAST_DAY = (int) LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final long FIRST = FIRST_DAY * DAY;
    private static final long LAST = (LAST_DAY + 1L) * DAY - 1;

    /** What the PostgreSQL driver has for the infinities, in milliseconds; Debezium sends them as micros, too. */
    private static final long INFINITY = 9_223_372_036_825_200_000L;

    private static final long MINUS_INFINITY = -9_223_372_036_832_400_000L;

    private TemporalValues() {}

    static int day(long day) throws Unreadable {
        switch ((int) day) {
            // What Debezium has for an infinite date, cut to 32 bits: in a stream the year -5877611, in a snapshot the
            // infinite moment of the driver in the time zone of the connector.
            case Integer.MAX_VALUE:
            case -2_147_472_692:
            case -622_191_234:
            case -622_191_233:
                return LAST_DAY;
            case Integer.MIN_VALUE:
            case -2_147_472_691:
            case -625_821_272:
            case -625_821_271:
                return FIRST_DAY;
            default:
                break;
        }
        if (day < FIRST_DAY || day > LAST_DAY) {
            throw outside(day + " days since 1970");
        }
        return (int) day;
    }

    static int day(String text) throws Unreadable {
        if (text.equals("infinity") || text.equals("-infinity")) {
            return text.startsWith("-") ? FIRST_DAY : LAST_DAY;
        }
        try {
            String date = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
            return day(LocalDate.parse(date).toEpochDay());
        } catch (DateTimeException e) {
            throw new Unreadable("'" + text + "' is not a date in ISO 8601");
        }
    }

    static TimestampData ofMillis(long millis) throws Unreadable {
        // Debezium takes the driver's milliseconds for microseconds, and makes milliseconds of these.
        if (isInfinite(millis) || millis == INFINITY / 1000 || millis == MINUS_INFINITY / 1000) {
            return ofInfinite(millis);
        }
        if (millis > LAST / 1000 || millis < FIRST / 1000) {
            throw outside(millis + " milliseconds since 1970");
        }
        return TimestampData.fromEpochMillis(millis);
    }

    static TimestampData ofMicros(long micros) throws Unreadable {
        if (isInfinite(micros)) {
            return ofInfinite(micros);
        }
        if (micros < FIRST || micros > LAST) {
            throw outside(micros + " microseconds since 1970");
        }
        return ofCheckedMicros(micros);
    }

    static TimestampData ofNanos(long nanos) {
        if (isInfinite(nanos)) {
            return ofInfinite(nanos);
        }
        return ofCheckedMicros(Math.floorDiv(nanos, 1000L));
    }

    static TimestampData ofUnit(long number, long nanosOfUnit) throws Unreadable {
        return nanosOfUnit == 1_000_000 ? ofMillis(number) : nanosOfUnit == 1_000 ? ofMicros(number) : ofNanos(number);
    }

    /** With an offset from UTC. */
    static TimestampData ofZoned(String text) throws Unreadable {
        if (text.equals("infinity") || text.equals("-infinity")) {
            return ofInfinite(text.startsWith("-") ? -1 : 1);
        }
        long quick = quick(text);
        if (quick != Long.MIN_VALUE) {
            return ofMicros(quick);
        }
        try {
            OffsetDateTime moment = OffsetDateTime.parse(text);
            return ofLocal(moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
        } catch (DateTimeException e) {
            throw new Unreadable("'" + text + "' is not a timestamp with an offset in ISO 8601");
        }
    }

    /** Without an offset; a Z at the end says nothing. */
    static TimestampData ofLocal(String text) throws Unreadable {
        if (text.equals("infinity") || text.equals("-infinity")) {
            return ofInfinite(text.startsWith("-") ? -1 : 1);
        }
        try {
            String local = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
            return ofLocal(LocalDateTime.parse(local.replace(' ', 'T')));
        } catch (DateTimeException e) {
            throw new Unreadable("'" + text + "' is not a timestamp in ISO 8601");
        }
    }

    private static TimestampData ofLocal(LocalDateTime moment) throws Unreadable {
        long second = moment.toEpochSecond(ZoneOffset.UTC);
        if (second == INFINITY / SECOND || second == Math.floorDiv(MINUS_INFINITY, SECOND)) {
            return ofInfinite(second);
        }
        if (moment.getYear() < 1 || moment.getYear() > 9999) {
            throw outside(moment.toString());
        }
        return ofCheckedMicros(second * SECOND + moment.get(ChronoField.MICRO_OF_SECOND));
    }

    /** Micros since 1970 of {@code 2024-07-01T10:00:00.123456Z}, with any number of decimals up to nine; the lowest long if it is another form. */
    private static long quick(String text) {
        int length = text.length();
        if (length < 20
                || length > 30
                || text.charAt(length - 1) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || (length > 20 && (text.charAt(19) != '.' || length == 21))) {
            return Long.MIN_VALUE;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean isUsual = year > 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= 28
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second < 60;
        if (!isUsual) {
            return Long.MIN_VALUE;
        }
        long micros = 0;
        for (int i = 20, unit = 100_000; i < length - 1; i++, unit /= 10) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            micros += (long) unit * digit;
        }
        return LocalDate.of(year, month, day).toEpochDay() * DAY
                + ((hour * 60L + minute) * 60 + second) * SECOND
                + micros;
    }

    /** -1 if it is none. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** {@code 09:05:00.25}; MySQL has negative ones, and ones over 24 hours. */
    static String timeOfNanos(long nanos) {
        long rest = Math.abs(nanos);
        StringBuilder text = new StringBuilder(18);
        if (nanos < 0) {
            text.append('-');
        }
        long seconds = rest / 1_000_000_000;
        two(seconds / 3600, text).append(':');
        two(seconds / 60 % 60, text).append(':');
        two(seconds % 60, text);
        long fraction = rest % 1_000_000_000;
        if (fraction != 0) {
            text.append('.');
            for (long unit = 100_000_000; fraction > 0; unit /= 10) {
                text.append((char) ('0' + fraction / unit));
                fraction %= unit;
            }
        }
        return text.toString();
    }

    /** {@code 10:15:30.5+02}, as PostgreSQL prints it; {@code Z} is {@code +00}. */
    static String zonedTime(String text) {
        int zone = Math.max(text.lastIndexOf('+'), Math.max(text.lastIndexOf('-'), text.lastIndexOf('Z')));
        if (zone <= 0) {
            return localTime(text);
        }
        String offset = text.substring(zone);
        if (offset.equals("Z")) {
            offset = "+00";
        } else if (offset.endsWith(":00")) {
            offset = offset.substring(0, offset.length() - 3);
        }
        return localTime(text.substring(0, zone)) + offset;
    }

    /** With seconds, and without zeros at the end of their fraction; a Z says nothing. */
    static String localTime(String text) {
        String time = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
        if (time.length() == 5) {
            return time + ":00";
        }
        if (time.indexOf('.') < 0) {
            return time;
        }
        int end = time.length();
        while (time.charAt(end - 1) == '0') {
            end--;
        }
        return time.substring(0, time.charAt(end - 1) == '.' ? end - 1 : end);
    }

    private static StringBuilder two(long number, StringBuilder text) {
        return number < 10 ? text.append('0').append(number) : text.append(number);
    }

    private static TimestampData ofCheckedMicros(long micros) {
        long millis = Math.floorDiv(micros, 1000L);
        return TimestampData.fromEpochMillis(millis, (int) (micros - millis * 1000) * 1000);
    }

    private static boolean isInfinite(long number) {
        return number >= INFINITY || number <= MINUS_INFINITY;
    }

    private static TimestampData ofInfinite(long sign) {
        return ofCheckedMicros(sign > 0 ? LAST : FIRST);
    }

    private static Unreadable outside(String moment) {
        return new Unreadable("'" + moment + "' is outside of the years 1 to 9999");
    }
}
