package io.tributary.udfs;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code parse_date(text, day_order)}: the day that people wrote. {@code 2024-03-01}, {@code 2024/3/1}, {@code 20240301}, also with a time behind it, are read
 * in any case; {@code 01.03.2024}, {@code 1/3/24} and {@code 1-3-2024} by the order, which is {@code 'DMY'} or {@code 'MDY'}; months by their
 * English names or the first three letters of these in either order: {@code 1 March 2024}, {@code Mar 1, 2024}.
 *
 * <p>Years of two digits are 1970 to 2069. A day that there is not, as the 30th of February, is NULL, and so is a text with two numbers that
 * could be the day where the order is NULL: without one {@code 13.03.2024} is read and {@code 01.03.2024} is not. A time, and a zone behind
 * it, are left out, not converted. NULL for NULL. Idempotent: what it makes, cast to STRING, is the same day.
 */
public final class ParseDate extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 100;
    private static final String TIME = "(?:[T\\s,]+[0-9]{1,2}:[0-9]{2}.*)?";
    private static final Pattern YEAR_FIRST =
            Pattern.compile("([0-9]{4})([-/.])([0-9]{1,2})\\2([0-9]{1,2})" + TIME, Pattern.DOTALL);
    private static final Pattern DIGITS =
            Pattern.compile("([0-9]{4})([0-9]{2})([0-9]{2})(?:T?[0-9]{4,6}.*|[\\s,]+[0-9]{1,2}:.*)?", Pattern.DOTALL);
    private static final Pattern YEAR_LAST =
            Pattern.compile("([0-9]{1,2})([-/.])\\s?([0-9]{1,2})\\2\\s?([0-9]{4}|[0-9]{2})" + TIME, Pattern.DOTALL);
    private static final Pattern DAY_AND_NAME = Pattern.compile(
            "([0-9]{1,2})(?:st|nd|rd|th)?[-\\s./]+([A-Za-z]{3,9})\\.?[-\\s,./]+([0-9]{4}|[0-9]{2})" + TIME,
            Pattern.DOTALL);
    private static final Pattern NAME_AND_DAY = Pattern.compile(
            "([A-Za-z]{3,9})\\.?\\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\\s+([0-9]{4})" + TIME, Pattern.DOTALL);
    private static final String[] MONTHS = {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december"
    };

    public @Nullable LocalDate eval(@Nullable String raw) {
        return eval(raw, null);
    }

    public @Nullable LocalDate eval(@Nullable String raw, @Nullable String dayOrder) {
        if (raw == null || raw.length() > LONGEST) {
            return null;
        }
        String text = raw.strip();
        Matcher yearFirst = YEAR_FIRST.matcher(text);
        if (yearFirst.matches()) {
            return date(number(yearFirst, 1), number(yearFirst, 3), number(yearFirst, 4));
        }
        Matcher digits = DIGITS.matcher(text);
        if (digits.matches()) {
            return date(number(digits, 1), number(digits, 2), number(digits, 3));
        }
        Matcher dayAndName = DAY_AND_NAME.matcher(text);
        if (dayAndName.matches()) {
            return date(year(dayAndName.group(3)), month(dayAndName.group(2)), number(dayAndName, 1));
        }
        Matcher nameAndDay = NAME_AND_DAY.matcher(text);
        if (nameAndDay.matches()) {
            return date(year(nameAndDay.group(3)), month(nameAndDay.group(1)), number(nameAndDay, 2));
        }
        Matcher yearLast = YEAR_LAST.matcher(text);
        return yearLast.matches()
                ? ordered(number(yearLast, 1), number(yearLast, 3), year(yearLast.group(4)), dayOrder)
                : null;
    }

    private static @Nullable LocalDate ordered(int first, int second, int year, @Nullable String dayOrder) {
        String order = dayOrder == null ? "" : dayOrder.toUpperCase(Locale.ROOT);
        boolean isDayFirst = order.equals("DMY") || (order.isEmpty() && first > 12 && second <= 12);
        boolean isMonthFirst = order.equals("MDY") || (order.isEmpty() && second > 12 && first <= 12);
        if (isDayFirst || (order.isEmpty() && first == second)) {
            return date(year, second, first);
        }
        return isMonthFirst ? date(year, first, second) : null;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        if (digits.length() > 2) {
            return year;
        }
        return year < 70 ? 2000 + year : 1900 + year;
    }

    /** 0 if it is none. */
    private static int month(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < MONTHS.length; i++) {
            boolean isShort = lower.length() == 3 || lower.equals("sept");
            if (MONTHS[i].equals(lower) || (isShort && MONTHS[i].startsWith(lower))) {
                return i + 1;
            }
        }
        return 0;
    }

    private static @Nullable LocalDate date(int year, int month, int day) {
        try {
            return year < 1 ? null : LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
