package io.tributary.sink.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SqlTemplateTest {

    @Test
    void commentsAreForTheReaderAndWhatIsFilledInIsTakenAsItIs() {
        SqlTemplate template = SqlTemplate.of("template-test.sql");

        assertThat(template.statements(Map.of("table", "\"a;\n\n{other}$1\\\"", "other", "{table}")))
                .containsExactly(
                        "CREATE TABLE \"a;\n\n{other}$1\\\" (\n  id INT)",
                        "INSERT INTO \"a;\n\n{other}$1\\\"\nSELECT '{}', '{1,2}' FROM {table}");
    }

    @Test
    void aPlaceholderThatIsLeftOpenFails() {
        assertThatThrownBy(() -> SqlTemplate.of("template-test.sql").statements(Map.of("table", "t")))
                .hasMessageContaining("template-test.sql has the placeholders [other, table], and is given [table]");
    }

    @Test
    void aValueThatNothingAsksForFails() {
        assertThatThrownBy(() -> SqlTemplate.of("template-test.sql")
                        .statements(Map.of("table", "t", "other", "o", "tabel", "t")))
                .hasMessageContaining("is given [other, tabel, table]");
    }

    @Test
    void aResourceThatIsNotThereAndATextThatIsNoProcedureFail() {
        assertThatThrownBy(() -> SqlTemplate.of("nowhere.sql"))
                .hasMessageContaining("There is no resource nowhere.sql");
        assertThatThrownBy(() -> SqlTemplate.of("template-test.sql").procedure("p", Map.of("table", "t", "other", "o")))
                .hasMessageContaining("template-test.sql is not the body of a procedure");
        assertThatThrownBy(() -> SqlTemplate.of("template-test.sql").statement(Map.of("table", "t", "other", "o")))
                .hasMessageContaining("template-test.sql has 2 statements");
    }
}
