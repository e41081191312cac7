package io.tributary.capture.postgres.value;

/**
 * Days of PostgreSQL's calendar, the Gregorian one at all times, counted from 2000-01-01 as its binary form does. The years are
 * astronomical: 0 is 1 BC.
 *
 * <p>The arithmetic counts years from March, so that the leap day is a year's last: see Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms".
 */
final class Calendar {

    /** What 2000-01-01 is in days since 1970-01-01. */
    static final int FROM_1970 = 10_957;

    private static final int DAYS_OF_400_YEARS = 146_097;
    /** From 0000-03-01 to 2000-01-01. */
    private static final int FROM_YEAR_0 = 730_425;

    private Calendar() {}

    static int day(int year, int month, int dayOfMonth) {
        int marchYear = month > 2 ? year : year - 1;
        int era = Math.floorDiv(marchYear, 400);
        int yearOfEra = marchYear - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_OF_400_YEARS + dayOfEra - FROM_YEAR_0;
    }

    /** In the ISO style, without the era. */
    static Text print(int day, Text out) {
        long days = (long) day + FROM_YEAR_0;
        int era = (int) Math.floorDiv(days, (long) DAYS_OF_400_YEARS);
        int dayOfEra = (int) Math.floorMod(days, (long) DAYS_OF_400_YEARS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = yearOfEra + era * 400 + (month > 2 ? 0 : 1);
        return out.padded(year > 0 ? year : 1 - year, 4)
                .add('-')
                .padded(month, 2)
                .add('-')
                .padded(dayOfYear - (153 * marchMonth + 2) / 5 + 1, 2);
    }

    /** Printed behind the rest; years up to 1 BC only have one. */
    static Text printEra(int day, Text out) {
        return day < day(1, 1, 1) ? out.add(" BC") : out;
    }
}
