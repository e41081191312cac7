package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Intervals in ISO 8601, in the form in which PostgreSQL prints them: without parts that are zero. */
final class Intervals {

    private static final Pattern PARTS = Pattern.compile(
            "P(?:(-?\\d+)Y)?(?:(-?\\d+)M)?(?:(-?\\d+)D)?(?:T(?:(-?\\d+)H)?(?:(-?\\d+)M)?(?:(-?\\d+(?:\\.\\d+)?)S)?)?");
    private static final String UNITS = "YMDHMS";
    private static final int DAYS = 3;
    private static final long SECOND = 1_000_000_000;

    private static final int LONGEST = 200;

    private Intervals() {}

    static String print(String text) throws Unreadable {
        if (text.length() > LONGEST) {
            throw new Unreadable("An interval of " + text.length() + " characters is not in ISO 8601");
        }
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            if (text.equals("infinity") || text.equals("-infinity")) {
                return text;
            }
            throw new Unreadable("'" + text + "' is not an interval in ISO 8601");
        }
        StringBuilder date = new StringBuilder("P");
        StringBuilder time = new StringBuilder("T");
        for (int i = 0; i < UNITS.length(); i++) {
            String part = parts.group(i + 1);
            BigDecimal number = part == null ? BigDecimal.ZERO : new BigDecimal(part);
            if (number.signum() != 0) {
                (i < DAYS ? date : time)
                        .append(number.stripTrailingZeros().toPlainString())
                        .append(UNITS.charAt(i));
            }
        }
        if (time.length() > 1) {
            return date.append(time).toString();
        }
        return date.length() > 1 ? date.toString() : "PT0S";
    }

    /** A duration, of which it is no longer known which part of it were months and days. */
    static String ofNanos(long nanos) throws Unreadable {
        BigDecimal seconds = BigDecimal.valueOf(nanos % (60 * SECOND), 9);
        return print("PT" + nanos / (3600 * SECOND) + "H" + nanos / (60 * SECOND) % 60 + "M" + seconds.toPlainString()
                + "S");
    }

    static String ofMicros(long micros) throws Unreadable {
        BigDecimal seconds = BigDecimal.valueOf(micros % 60_000_000, 6);
        return print(
                "PT" + micros / 3_600_000_000L + "H" + micros / 60_000_000 % 60 + "M" + seconds.toPlainString() + "S");
    }
}
