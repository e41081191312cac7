package io.tributary.capture.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadProgressTest {

    @Test
    void thereIsNoLagWhereTheSlotIsNotRead() {
        ReadProgress progress = new ReadProgress();
        progress.written(1000);
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isZero();
    }

    @Test
    void theLagIsWhatIsWrittenAndNotRead() {
        ReadProgress progress = new ReadProgress();
        progress.read(400, System.currentTimeMillis() - 60_000);
        progress.written(1000);
        assertThat(progress.lagBytes()).isEqualTo(600);
        assertThat(progress.lagMilliseconds()).isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void thereIsNoLagWhenAllIsRead() {
        ReadProgress progress = new ReadProgress();
        progress.written(1000);
        progress.read(1200, 0);
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isZero();
    }
}
