package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CivilDateTest {

    private static final long DAYS_OF_400_YEARS = 146_097;

    /** The calendar repeats itself every 400 years. */
    @Test
    void everyDayOfAnEraOnBothSidesOfYearZeroIsTheOneOfJava() {
        LongStream.rangeClosed(-719_529 - DAYS_OF_400_YEARS, -719_529 + DAYS_OF_400_YEARS)
                .forEach(CivilDateTest::assertIsJavas);
    }

    @Test
    void daysFarOffAreTheOnesOfJava() {
        LongStream.of(
                        0,
                        10_957,
                        Integer.MAX_VALUE,
                        Integer.MIN_VALUE,
                        Long.MAX_VALUE / 86_400_000,
                        Long.MIN_VALUE / 86_400_000)
                .forEach(CivilDateTest::assertIsJavas);
    }

    private static void assertIsJavas(long epochDay) {
        LocalDate expected = LocalDate.ofEpochDay(epochDay);
        long date = CivilDate.of(epochDay);
        boolean isTheSame = CivilDate.year(date) == expected.getYear()
                && CivilDate.month(date) == expected.getMonthValue()
                && CivilDate.dayOfMonth(date) == expected.getDayOfMonth()
                && CivilDate.epochDay(expected.getYear(), expected.getMonthValue(), expected.getDayOfMonth())
                        == epochDay;
        if (!isTheSame) {
            assertThat(CivilDate.year(date) + "-" + CivilDate.month(date) + "-" + CivilDate.dayOfMonth(date))
                    .isEqualTo(expected.toString());
        }
        assertThat(isTheSame).as("%s", expected).isTrue();
    }
}
