package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TableNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "../../../escape",
                "a/b",
                "/etc",
                "a\\b",
                "..\\b",
                "a..b",
                "a\0b",
                "a\nb",
                "\u0085",
                "\t"
            })
    void aNameThatLeadsSomewhereIsNone(String name) {
        assertThat(TableName.problem(name))
                .startsWith("no table can be named '")
                .contains("give it another name")
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders",
                "Orders",
                "order lines",
                "a.b",
                ".a",
                "$$; drop",
                "it's",
                "\"",
                "%2e",
                "\u6f22\ud83d\udc18",
                "-",
                "_a"
            })
    void allElseIsAName(String name) {
        assertThat(TableName.problem(name)).isNull();
    }
}
