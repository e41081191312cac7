package io.tributary.capture.dynamodb.export.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StandstillTest {

    private static final Duration MEMORY = Duration.ofMillis(100);

    @Test
    void aJobThatStartsFromNothingReadsAllDeletesAfterItsStart() {
        Standstill standstill = Standstill.before(50);

        assertThat(standstill.readsDeletesSince(0)).isEqualTo(50);
        assertThat(standstill.readsDeletesSince(70)).isEqualTo(70);
    }

    @Test
    void deletesFromBeforeItWereReadAsTheyCame() {
        Standstill standstill = Standstill.of(20, 50);

        assertThat(standstill.readsDeletesSince(19)).isEqualTo(19);
        assertThat(standstill.readsDeletesSince(20)).isEqualTo(50);
        assertThat(standstill.readsDeletesSince(60)).isEqualTo(60);
    }

    @Test
    void aLaterOneCountsOnceThisOneIsForgotten() {
        Standstill first = Standstill.before(50);

        assertThat(first.then(140, 150, MEMORY)).isSameAs(first);
        Standstill second = first.then(149, 151, MEMORY);
        assertThat(second.from()).isEqualTo(149);
        assertThat(second.until()).isEqualTo(151);
        assertThat(first.then(-1, 151, MEMORY))
                .as("of a former version's state")
                .isSameAs(first);
    }
}
