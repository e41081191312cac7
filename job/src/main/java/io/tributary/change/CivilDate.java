package io.tributary.change;

/**
 * Dates of the Gregorian calendar, which is taken to hold at all times, from and to days since 1970-01-01. The years are
 * astronomical: 0 is 1 BC. A date is one number, so that none has to be made for each value of a row.
 *
 * <p>The arithmetic counts years from March, so that the leap day is a year's last: see Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms".
 */
public final class CivilDate {

    private static final int DAYS_OF_400_YEARS = 146_097;
    /** From 0000-03-01 to 1970-01-01. */
    private static final int FROM_YEAR_0 = 719_468;

    private static final int MONTH_SHIFT = 5;
    private static final int YEAR_SHIFT = MONTH_SHIFT + 4;

    private CivilDate() {}

    public static long epochDay(int year, int month, int dayOfMonth) {
        int marchYear = month > 2 ? year : year - 1;
        int era = Math.floorDiv(marchYear, 400);
        int yearOfEra = marchYear - era * 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return (long) era * DAYS_OF_400_YEARS + dayOfEra - FROM_YEAR_0;
    }

    /** The date, for {@link #year}, {@link #month} and {@link #dayOfMonth}. */
    public static long of(long epochDay) {
        long days = epochDay + FROM_YEAR_0;
        long era = Math.floorDiv(days, (long) DAYS_OF_400_YEARS);
        int dayOfEra = (int) (days - era * DAYS_OF_400_YEARS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        long year = yearOfEra + era * 400 + (month > 2 ? 0 : 1);
        return year << YEAR_SHIFT | month << MONTH_SHIFT | dayOfMonth;
    }

    public static long year(long date) {
        return date >> YEAR_SHIFT;
    }

    public static int month(long date) {
        return (int) date >> MONTH_SHIFT & 15;
    }

    public static int dayOfMonth(long date) {
        return (int) date & 31;
    }
}
