package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DemoOptionsTest {

    @Test
    void aMinuteAtFiveHundredChangesASecondIsTheDefault() {
        assertThat(DemoOptions.of(new String[0])).isEqualTo(new DemoOptions(Source.POSTGRES, 60, 500, 1, null, false));
    }

    @Test
    void everythingCanBeSaid() {
        String[] arguments = "--source all --seconds 0 --rate 20 --seed -7 --folder here --keep".split(" ");
        assertThat(DemoOptions.of(arguments)).isEqualTo(new DemoOptions(Source.ALL, 0, 20, -7, Path.of("here"), true));
    }

    @Test
    void whatMakesNoSenseIsNamed() {
        assertThatThrownBy(() -> DemoOptions.of(new String[] {"--rat", "5"})).hasMessage("Unknown option --rat");
        assertThatThrownBy(() -> DemoOptions.of(new String[] {"--rate", "0"})).hasMessage("--rate cannot be 0");
        assertThatThrownBy(() -> DemoOptions.of(new String[] {"--source", "oracle"}))
                .hasMessage("--source cannot be oracle");
        assertThatThrownBy(() -> DemoOptions.of(new String[] {"--rate"})).hasMessage("--rate needs a value");
    }
}
