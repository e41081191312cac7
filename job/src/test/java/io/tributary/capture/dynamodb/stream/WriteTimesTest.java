package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Unreadable;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WriteTimesTest {

    @ParameterizedTest
    @CsvSource({
        "1700000000123,    MILLISECOND, 1700000000123999",
        "1700000000123456, MICROSECOND, 1700000000123456",
        "1700000000123000, MICROSECOND, 1700000000123000",
        "1700000000123,    ,            1700000000123999",
        "1700000000000,    ,            1700000000000999",
        "1700000000123456, ,            1700000000123456",
        "1700000000000000, ,            1700000000000000",
        "1700000000,       ,            1700000000999999",
        "1.7E9,            ,            1700000000999999",
        "1700000000.5,     ,            1700000000500999",
        "1700000000.123,   ,            1700000000123999",
        "1700000000.123456,,            1700000000123456",
        "1000,             MILLISECOND, 1000999"
    })
    void aTimeIsTheLastMicrosecondItMayStandFor(BigDecimal time, @Nullable String precision, long micros)
            throws Exception {
        assertThat(WriteTimes.micros(time, precision)).isEqualTo(micros);
    }

    @ParameterizedTest
    @CsvSource({
        "0,                    ",
        "-1700000000,          ",
        "100000000000000000,   ",
        "1e-200000000,         ",
        "1e200000000,          ",
        "100e2147483647,       MICROSECOND",
        "1700000000123456,     MILLISECOND",
        "1700000000123,        NANOSECOND"
    })
    void whatIsNoTimeIsRefused(BigDecimal time, @Nullable String precision) {
        assertThatThrownBy(() -> WriteTimes.micros(time, precision))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("ApproximateCreationDateTime");
    }

    @Test
    void aMissingTimeIsRefused() {
        assertThatThrownBy(() -> WriteTimes.micros(null, null)).hasMessageContaining("missing");
    }

    /** An export knows a write's microsecond; a later write of the same millisecond comes from a stream in milliseconds. */
    @Test
    void aWriteFromTheStreamIsNotOlderThanAnExportedOneOfItsMillisecond() throws Exception {
        long exported = 1_700_000_000_123_456L;

        assertThat(WriteTimes.micros(new BigDecimal("1700000000123"), "MILLISECOND"))
                .isGreaterThan(exported);
        assertThat(WriteTimes.micros(new BigDecimal("1700000000122"), "MILLISECOND"))
                .isLessThan(exported);
    }
}
