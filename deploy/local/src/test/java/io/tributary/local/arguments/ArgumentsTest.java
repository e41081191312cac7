package io.tributary.local.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentsTest {

    private static final String USAGE = """
            Usage: some/command [options]

            Does something.

              --quick
                  In less time.
              --rounds <whole number from 1 to 9>
                  How often, by a rule that
                  takes two lines. [3; with --quick: 1]
              --seed <whole number>
                  Another seed.
              --scale <number above 0>
                  Of all sizes. [0.5]
              --source <disk|net>
                  Where from. [disk]
              --only <first,second,third>
                  What. [all; with --quick: second]
              --set <key=value>
                  Again for more.
              --memory <size>
                  How much. [5g]
              --file <file>
                  One that is there.
              --folder <folder>
                  Where to.
            """;

    @Test
    void whatIsNotGivenHasTheDefaultOfTheUsageText() {
        Arguments arguments = Arguments.read(USAGE);

        assertThat(arguments.whole("--rounds")).isEqualTo(3);
        assertThat(arguments.number("--scale")).isEqualTo(0.5);
        assertThat(arguments.text("--source")).isEqualTo("disk");
        assertThat(arguments.list("--only")).containsExactly("first", "second", "third");
        assertThat(arguments.map("--set")).isEmpty();
        assertThat(arguments.has("--quick")).isFalse();
        assertThat(arguments.has("--folder")).isFalse();
        assertThatThrownBy(() -> arguments.text("--folder")).hasMessage("--folder has no value and no default");
        assertThatThrownBy(() -> arguments.text("--colour")).hasMessage("The usage text knows no --colour");
    }

    @Test
    void oneOptionMayChangeTheDefaultOfOthers() {
        Arguments arguments = Arguments.read(USAGE, "--quick");

        assertThat(arguments.whole("--rounds")).isEqualTo(1);
        assertThat(arguments.list("--only")).containsExactly("second");
        assertThat(arguments.number("--scale")).isEqualTo(0.5);
        assertThat(Arguments.read(USAGE, "--rounds", "4", "--quick").whole("--rounds"))
                .isEqualTo(4);
    }

    @Test
    void valuesFollowTheirOptionOrAnEqualsSign() {
        Arguments arguments = Arguments.read(
                USAGE, "--seed=-7", "--only", "third,first", "--set", "a.b=c=d", "--set=e=", "--folder=x y");

        assertThat(arguments.whole("--seed")).isEqualTo(-7);
        assertThat(arguments.list("--only")).containsExactly("third", "first");
        assertThat(arguments.map("--set")).containsExactly(Map.entry("a.b", "c=d"), Map.entry("e", ""));
        assertThat(arguments.text("--folder")).isEqualTo("x y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            --rounds ; 0        ; whole number from 1 to 9
            --rounds ; 10       ; whole number from 1 to 9
            --rounds ; 1.5      ; whole number from 1 to 9
            --seed   ; 99999999999999999999; whole number
            --scale  ; 0        ; number above 0
            --scale  ; NaN      ; number above 0
            --source ; Disk     ; disk|net
            --only   ; first,   ; first,second,third
            --set    ; =c       ; key=value
            --memory ; 5x       ; size
            --file   ; /dev/null/none; a file that exists
            """)
    void whatAnOptionCannotBeIsRefused(String option, String value, String kind) {
        refused(option, value).hasMessage(option + " cannot be " + value + ": it takes " + kind);
    }

    @Test
    void anUnknownOptionNamesTheNearestOne() {
        refused("--qick").hasMessage("Unknown option --qick; the nearest one is --quick");
        refused("--memroy", "5g").hasMessage("Unknown option --memroy; the nearest one is --memory");
        refused("-files=x").hasMessage("Unknown option -files=x; the nearest one is --file");
        refused("now").hasMessageStartingWith("Unexpected argument now");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        refused("--folder", "--rounds", "0", "--quick=yes", "--source", "net", "--source", "net")
                .hasMessage("""
                        --folder needs a value: folder
                        --rounds cannot be 0: it takes whole number from 1 to 9
                        --quick takes no value
                        --source is given twice""");
        refused("--seed").hasMessage("--seed needs a value: whole number");
    }

    @Test
    void aRequiredOptionIsMissed() {
        String usage = "Usage: x\n\n  --settings <file>\n      Of the job. [required]\n";
        assertThatThrownBy(() -> Arguments.read(usage)).hasMessage("--settings is required: file");
        assertThat(Arguments.read(usage, "--settings", here()).text("--settings"))
                .isEqualTo(here());
    }

    private static String here() {
        return Path.of(System.getProperty("tributary.home"), "README.md").toString();
    }

    private static AbstractThrowableAssert<?, ?> refused(String... arguments) {
        return assertThatThrownBy(() -> Arguments.read(USAGE, arguments)).isInstanceOf(IllegalArgumentException.class);
    }
}
