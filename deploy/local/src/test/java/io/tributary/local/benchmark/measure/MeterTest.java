package io.tributary.local.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class MeterTest {

    @Test
    void whatAProcessAndWhatItStartedHaveUsedIsCounted() throws Exception {
        Process shell = new ProcessBuilder(
                        "sh", "-c", "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; read x")
                .start();
        try (Meter meter = Meter.start(List.of(shell.pid()), List.of())) {
            long begin = System.currentTimeMillis();
            double used = 0;
            // Until the loop has taken some time, whose account goes to its parent when it ends.
            while (used < 0.05 && shell.isAlive()) {
                used = meter.between(begin, System.currentTimeMillis()).cpuSeconds();
            }
            assertThat(used).isGreaterThanOrEqualTo(0.05);
            assertThat(meter.between(begin, System.currentTimeMillis()).postgresCpuSeconds())
                    .isZero();
        } finally {
            shell.destroyForcibly();
        }
    }
}
