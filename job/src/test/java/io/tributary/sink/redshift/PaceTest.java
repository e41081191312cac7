package io.tributary.sink.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {

    @Test
    void idleRoundsGrowApartUpToTheLimitAndWorkBringsThemTogetherAgain() {
        Pace pace = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(60));
        assertThat(pace.after(true)).hasSeconds(5);
        assertThat(pace.after(false)).hasSeconds(10);
        assertThat(pace.after(false)).hasSeconds(20);
        assertThat(pace.after(false)).hasSeconds(40);
        assertThat(pace.after(false)).hasSeconds(60);
        assertThat(pace.after(false)).hasSeconds(60);
        assertThat(pace.after(true)).hasSeconds(5);
        assertThat(pace.after(false)).hasSeconds(10);
    }

    @Test
    void oneIntervalForBothStaysAsItIs() {
        Pace pace = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThat(pace.after(false)).hasSeconds(5);
        assertThat(pace.after(true)).hasSeconds(5);
    }
}
