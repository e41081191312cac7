package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.local.arguments.Arguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DemoOptionsTest {

    @Test
    void aMinuteAtFiveHundredChangesASecondIsTheDefault() throws IOException {
        assertThat(of()).isEqualTo(new DemoOptions(Source.POSTGRES, 60, 500, 1, null, false));
    }

    @Test
    void everythingCanBeSaid() throws IOException {
        assertThat(of("--source all --seconds 0 --rate 20 --seed -7 --folder here --keep".split(" ")))
                .isEqualTo(new DemoOptions(Source.ALL, 0, 20, -7, Path.of("here"), true));
    }

    @Test
    void theUsageNamesEverySource() throws IOException {
        assertThat(Arguments.read(Demo.class).words("--source"))
                .containsExactlyElementsOf(
                        Stream.of(Source.values()).map(Source::toString).toList());
    }

    private static DemoOptions of(String... arguments) throws IOException {
        return DemoOptions.of(Arguments.read(Demo.class, arguments));
    }
}
