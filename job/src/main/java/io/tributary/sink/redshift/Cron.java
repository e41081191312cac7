package io.tributary.sink.redshift;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Times as cron has them: minute, hour, day of the month, month and day of the week, each a star, a number, a range, a list of those, with
 * a step behind a slash; months and days of the week by their English names, too, and Sunday as 0 or 7. Where both days are
 * limited, one of them is enough. All in UTC.
 */
final class Cron {

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> WEEK = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final int HOURS = 24;
    private static final int MINUTES = 60;

    /** Any that begin with a leap year have a 29th of February. */
    private static final int DAYS = 366;

    private final String text;
    private final boolean[] minutes;
    private final boolean[] monthDays;
    private final boolean[] months;
    private final boolean[] weekDays;
    private final boolean isEitherDay;

    private Cron(
            String text,
            boolean[] minutes,
            boolean[] monthDays,
            boolean[] months,
            boolean[] weekDays,
            boolean isEitherDay) {
        this.text = text;
        this.minutes = minutes;
        this.monthDays = monthDays;
        this.months = months;
        this.weekDays = weekDays;
        this.isEitherDay = isEitherDay;
    }

    /** @throws IllegalArgumentException with a sentence, if the text means no time, or one that never comes */
    static Cron parse(String text) {
        String[] fields = text.strip().split("\\s+");
        if (fields.length != 5) {
            throw wrong(text, "it is not minute, hour, day of the month, month and day of the week");
        }
        boolean[] minute = field(text, fields[0], 0, MINUTES - 1, List.of());
        boolean[] hour = field(text, fields[1], 0, HOURS - 1, List.of());
        boolean[] ofDay = new boolean[HOURS * MINUTES];
        for (int i = 0; i < ofDay.length; i++) {
            ofDay[i] = hour[i / MINUTES] && minute[i % MINUTES];
        }
        boolean[] week = field(text, fields[4], 0, WEEK.size(), WEEK);
        week[0] |= week[WEEK.size()];
        boolean isEitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
        Cron cron = new Cron(
                String.join(" ", fields),
                ofDay,
                field(text, fields[2], 1, 31, List.of()),
                field(text, fields[3], 1, 12, MONTHS),
                Arrays.copyOf(week, WEEK.size()),
                isEitherDay);
        if (!isEitherDay && !cron.hasMonthDay()) {
            throw wrong(text, "no month has such a day");
        }
        return cron;
    }

    private boolean hasMonthDay() {
        LocalDate leap = LocalDate.of(2024, 1, 1);
        return IntStream.range(0, DAYS)
                .mapToObj(leap::plusDays)
                .anyMatch(day -> months[day.getMonthValue() - 1] && monthDays[day.getDayOfMonth() - 1]);
    }

    private static boolean[] field(String text, String field, int first, int last, List<String> names) {
        boolean[] found = new boolean[last - first + 1];
        for (String part : field.split(",", -1)) {
            String[] stepped = part.split("/", -1);
            String[] range = stepped[0].split("-", -1);
            if (stepped.length > 2 || range.length > 2) {
                throw wrong(text, "nothing is meant by " + part);
            }
            boolean isAny = stepped[0].equals("*");
            int step = stepped.length == 1 ? 1 : number(text, stepped[1], List.of(), 0);
            int from = isAny ? first : number(text, range[0], names, first);
            int to = from;
            if (range.length == 2) {
                to = number(text, range[1], names, first);
            } else if (isAny || stepped.length == 2) {
                to = last;
            }
            if (step < 1 || from < first || to > last || from > to) {
                throw wrong(text, part + " is not within " + first + " to " + last);
            }
            for (int value = from; value <= to; value += step) {
                found[value - first] = true;
            }
        }
        return found;
    }

    private static int number(String text, String word, List<String> names, int first) {
        int named = names.indexOf(word.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + first;
        }
        if (!word.matches("[0-9]{1,4}")) {
            throw wrong(text, "'" + word + "' is no number");
        }
        return Integer.parseInt(word);
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "'" + text + "' are no times of cron: " + why + ". '0 6 * * mon-fri' is 06:00"
                        + " UTC from Monday to Friday, '*/15 * * * *' every quarter of an hour");
    }

    /** As the warehouse keeps it: a 1 for each minute of the day that is meant. */
    String minutes() {
        return digits(minutes);
    }

    String monthDays() {
        return digits(monthDays);
    }

    String months() {
        return digits(months);
    }

    /** From Sunday on. */
    String weekDays() {
        return digits(weekDays);
    }

    /** Whether a day of the month or of the week is enough, where it has to be both else. */
    boolean isEitherDay() {
        return isEitherDay;
    }

    private static String digits(boolean[] values) {
        StringBuilder digits = new StringBuilder();
        for (boolean value : values) {
            digits.append(value ? '1' : '0');
        }
        return digits.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
