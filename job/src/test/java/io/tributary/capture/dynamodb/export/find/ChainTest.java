package io.tributary.capture.dynamodb.export.find;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {

    @Test
    void itEndsBeforeTheFirstGapAfterTheNewestFullExport() {
        assertThat(end(Window.full(10), Window.full(20))).isEqualTo(20);
        assertThat(end(Window.incremental(30, 40), Window.full(10), Window.incremental(5, 30)))
                .isEqualTo(40);
        assertThat(end(Window.full(10), Window.incremental(11, 20))).isEqualTo(10);
        assertThat(end(Window.full(10), Window.incremental(5, 20), Window.incremental(6, 9)))
                .isEqualTo(20);
    }

    @Test
    void thereIsNoneWithoutAFullExport() {
        assertThat(end()).isEqualTo(-1);
        assertThat(end(Window.incremental(0, 10))).isEqualTo(-1);
    }

    private static long end(Window... windows) {
        return Chain.end(List.of(windows));
    }
}
