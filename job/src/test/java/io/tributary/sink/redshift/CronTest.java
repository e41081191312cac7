package io.tributary.sink.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line of cron means, written out as the warehouse keeps it. */
final class CronTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 6 * * *|111111111111|1111111111111111111111111111111|1111111|false",
                "0 6 1,15 * *|111111111111|1000000000000010000000000000000|1111111|false",
                "0 6 */10 JAN-mar,12 *|111000000001|1000000000100000000010000000001|1111111|false",
                "0 6 * * 7|111111111111|1111111111111111111111111111111|1000000|false",
                "0 6 31 * mon-fri|111111111111|0000000000000000000000000000001|0111110|true",
                "0 6 30 2 sun|010000000000|0000000000000000000000000000010|1000000|true"
            })
    void aLineOfCronIsTheseDays(String cron, String months, String monthDays, String weekDays, boolean isEitherDay) {
        Cron times = Cron.parse(cron);
        assertThat(times.months()).isEqualTo(months);
        assertThat(times.monthDays()).isEqualTo(monthDays);
        assertThat(times.weekDays()).isEqualTo(weekDays);
        assertThat(times.isEitherDay()).isEqualTo(isEitherDay);
        assertThat(times.minutes()).isEqualTo("0".repeat(360) + "1" + "0".repeat(1079));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "1/2/3 * * * *",
                "1-2-3 * * * *",
                "a * * * *",
                "-1 * * * *",
                "1, * * * *",
                "99999999999 * * * *",
                "0 0 30 2 *",
                "0 0 31 4,6,9,11 *",
                "@daily"
            })
    void whatIsNoLineOfCronIsSaid(String cron) {
        assertThatThrownBy(() -> Cron.parse(cron))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + cron + "' are no times of cron: ");
    }
}
