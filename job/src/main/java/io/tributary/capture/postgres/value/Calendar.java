package io.tributary.capture.postgres.value;

import io.tributary.change.CivilDate;

/** Days as PostgreSQL counts and prints them: from 2000-01-01 on as its binary form does, of the years of {@link CivilDate}. */
final class Calendar {

    /** What 2000-01-01 is in days since 1970-01-01. */
    static final int FROM_1970 = 10_957;

    private Calendar() {}

    static int day(int year, int month, int dayOfMonth) {
        return (int) CivilDate.epochDay(year, month, dayOfMonth) - FROM_1970;
    }

    /** In the ISO style, without the era. */
    static Text print(int day, Text out) {
        long date = CivilDate.of((long) day + FROM_1970);
        long year = CivilDate.year(date);
        return out.padded(year > 0 ? year : 1 - year, 4)
                .add('-')
                .padded(CivilDate.month(date), 2)
                .add('-')
                .padded(CivilDate.dayOfMonth(date), 2);
    }

    /** Printed behind the rest; years up to 1 BC only have one. */
    static Text printEra(int day, Text out) {
        return day < day(1, 1, 1) ? out.add(" BC") : out;
    }
}
