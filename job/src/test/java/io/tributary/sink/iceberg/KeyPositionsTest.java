package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.binary;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.junit.jupiter.api.Test;

class KeyPositionsTest {

    @Test
    void remembersWhatAMapRemembers() {
        Schema schema = Schema.of("t", List.of(Column.of("k", TEXT.copy(false))), List.of("k"));
        KeyPositions positions = new KeyPositions();
        Map<BinaryRowData, Long> expected = new HashMap<>();
        Random random = new Random(1);
        for (int step = 0; step < 100_000; step++) {
            int number = random.nextInt(20_000);
            BinaryRowData key = binary(schema, "x".repeat(number % 50) + number);
            long place = KeyPositions.place(random.nextInt(1 << 20), step);
            Long before = random.nextInt(3) == 0 ? expected.remove(key) : null;
            if (before != null) {
                assertThat(positions.remove(key)).isEqualTo(before);
            }
            Long replaced = expected.put(key, place);
            assertThat(positions.put(key, place)).isEqualTo(replaced == null ? KeyPositions.NONE : replaced);
        }
        assertThat(positions.size()).isEqualTo(expected.size());
    }

    @Test
    void placeHoldsFileAndPosition() {
        long place = KeyPositions.place(1_000_000, (1L << 40) - 1);
        assertThat(KeyPositions.file(place)).isEqualTo(1_000_000);
        assertThat(KeyPositions.position(place)).isEqualTo((1L << 40) - 1);
    }
}
