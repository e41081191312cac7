package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

    @ParameterizedTest
    @CsvSource({
        "orders, orders, 0",
        "order, orders, 1",
        "orders, odrers, 2",
        "kitten, sitting, 3",
        "'', name, 4",
        "name, '', 4",
    })
    void lettersPutInLeftOutAndChangedAreCounted(String one, String other, int distance) {
        assertThat(EditDistance.between(one, other)).isEqualTo(distance);
        assertThat(EditDistance.between(other, one)).isEqualTo(distance);
    }
}
