package io.tributary.local.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SpreadTest {

    @Test
    void theMedianIsTheMiddleWhateverTheOrder() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9, 3));
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
    }

    @Test
    void aPercentileLiesBetweenItsNeighboursInProportion() {
        List<Double> values = List.of(0.0, 10.0, 20.0, 30.0, 40.0);
        assertThat(Spread.percentile(values, 0.95)).isEqualTo(38);
        assertThat(Spread.percentile(values, 0)).isEqualTo(0);
        assertThat(Spread.percentile(values, 1)).isEqualTo(40);
    }

    @Test
    void ofNothingThereIsNoMedian() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
