package io.tributary.local.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ReasonTest {

    @Test
    void itIsTheInnermostCauseOfATrace() {
        assertThat(Reason.of(
                        new IOException("outer\n\tat a.B\nCaused by: middle\n\tat c.D\nCaused by: inner: x\n\tat e.F")))
                .isEqualTo("inner: x");
    }

    @Test
    void itIsWhatOurJobFoundWrong() {
        assertThat(Reason.of(
                        new IOException("flink run ended with exit code 1:\nlog\n- a is missing\n- b is too\nlog")))
                .isEqualTo("- a is missing - b is too");
    }

    @Test
    void elseItIsTheFirstLineAndNoMoreThanCanBeRead() {
        assertThat(Reason.of(new IOException("too bad\nand more"))).isEqualTo("java.io.IOException: too bad");
        assertThat(Reason.of(new IOException("x".repeat(5_000)))).hasSizeLessThan(500);
    }
}
