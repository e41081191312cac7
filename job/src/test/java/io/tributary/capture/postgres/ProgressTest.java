package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void thereIsNoLagWhereTheSlotIsNotRead() {
        Progress progress = new Progress();
        progress.written(1000);
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isZero();
    }

    @Test
    void theLagIsWhatIsWrittenAndNotRead() {
        Progress progress = new Progress();
        progress.read(400, System.currentTimeMillis() - 60_000);
        progress.written(1000);
        assertThat(progress.lagBytes()).isEqualTo(600);
        assertThat(progress.lagMilliseconds()).isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void thereIsNoLagWhenAllIsRead() {
        Progress progress = new Progress();
        progress.written(1000);
        progress.read(1200, 0);
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isZero();
    }
}
