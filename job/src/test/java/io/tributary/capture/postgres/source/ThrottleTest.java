package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThrottleTest {

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void withoutALimitNothingWaits() {
        new Throttle(0).await(Integer.MAX_VALUE, this::asks);
        assertThat(asked).hasValue(0);
    }

    @Test
    void rowsWaitForTheirTime() {
        long start = System.nanoTime();
        Throttle throttle = new Throttle(1000);
        for (int i = 0; i < 10; i++) {
            throttle.await(10, () -> false);
        }
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000L);
    }

    @Test
    void nobodyWaitsForAReaderThatIsClosed() {
        // These rows would take a day.
        new Throttle(1).await(86_400, this::asks);
        assertThat(asked).hasValue(1);
    }

    private boolean asks() {
        asked.incrementAndGet();
        return true;
    }
}
