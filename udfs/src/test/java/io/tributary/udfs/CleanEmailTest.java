package io.tributary.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CleanEmailTest {

    private final CleanEmail function = new CleanEmail();

    @Test
    void takesBlanksAndCapitalsAway() {
        assertThat(function.eval(" \tAnn.B+shop@Example.COM\r\n")).isEqualTo("ann.b+shop@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b.c", "o'brien@mail-1.example.org", "x_1@a.b.c.d", "{}@1.2"})
    void leavesAddressesAsTheyAre(String address) {
        assertThat(function.eval(address)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "none",
                "@",
                "a@",
                "@b.c",
                "a@b",
                "a@.b",
                "a@b.",
                "a@b..c",
                "a@@b.c",
                "a b@c.d",
                "a@b c.d",
                "ann@exämple.com",
                "änn@example.com",
                "a@b.c;d@e.f",
                "\u00A0a@b.c"
            })
    void answersNullForWhatIsNoAddress(String raw) {
        assertThat(function.eval(raw)).isNull();
    }

    @Test
    void answersNullForNull() {
        assertThat(function.eval(null)).isNull();
    }
}
