package io.tributary.local.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.local.arguments.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

final class BenchmarkOptionsTest {

    @Test
    void aFullRunHasThreeRoundsOfEverything() {
        BenchmarkOptions options = of();
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.scale()).isEqualTo(1);
        assertThat(options.memory()).isEqualTo(MemorySize.parse("5g"));
        assertThat(options.oldRows()).isTrue();
        assertThat(options.wants("kinesis")).isTrue();
        assertThat(options.out()).isEqualTo(Path.of("home/deploy/local/target/benchmark"));
    }

    @Test
    void aQuickRunHasOneSmallRoundUnlessToldOtherwise() {
        assertThat(of("--quick").rounds()).isEqualTo(1);
        assertThat(of("--quick").scale()).isLessThan(0.5);
        assertThat(of("--quick").wants("freshness")).isTrue();
        assertThat(of("--quick").wants("state")).isFalse();
        assertThat(of("--quick", "--only", "state").wants("state")).isTrue();
        assertThat(of("--scale", "0.5", "--quick").scale()).isEqualTo(0.5);
    }

    @Test
    void scenariosCanBeChosen() {
        BenchmarkOptions options = of("--only", "changes,kinesis", "--rounds", "5", "--replica-identity", "default");
        assertThat(options.wants("kinesis")).isTrue();
        assertThat(options.wants("snapshot")).isFalse();
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.oldRows()).isFalse();
    }

    @Test
    void settingsOfFlinkMayHaveAnyValue() {
        assertThat(of("--flink", "a.b=c=d", "--flink", "e=").flink())
                .containsOnly(Map.entry("a.b", "c=d"), Map.entry("e", ""));
    }

    @Test
    void theUsageNamesEveryScenario() throws IOException {
        assertThat(Arguments.read(Benchmark.class).words("--only")).containsExactlyElementsOf(Scenarios.NAMES);
        assertThat(of().only()).isEqualTo(Scenarios.NAMES);
    }

    @Test
    void memoryIsASizeOfFlinks() {
        assertThat(of("--memory", "512 mb").memory()).isEqualTo(MemorySize.ofMebiBytes(512));
        assertThat(of("--quick").memory()).isEqualTo(MemorySize.parse("3g"));
        assertThatThrownBy(() -> of("--memory", "5x")).hasMessageContaining("--memory cannot be 5x");
    }

    private static BenchmarkOptions of(String... arguments) {
        try {
            return BenchmarkOptions.of(Arguments.read(Benchmark.class, arguments), Path.of("home"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
