package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of a table that is there, of one that is not, and where there are none. */
final class LettersTest {

    @TempDir
    private Path folder;

    private MadeTables tables;
    private String settings;

    @BeforeEach
    void writeSettings() throws Exception {
        tables = new MadeTables(folder);
        settings = tables.settings().toString();
    }

    @Test
    void theNewestComeFirstAndNoMoreThanAskedFor() throws Exception {
        tables.letters(9, OffsetDateTime.parse("2026-01-01T00:00:00Z"));

        Answer answer = Answer.to("letters", "--settings", settings, "--rows=2", "--table=orders");

        assertThat(answer.status()).as(answer.error()).isZero();
        assertThat(answer.out().lines())
                .containsExactly(
                        "2026-01-01T00:00:09Z  orders  it is number 9",
                        "2026-01-01T00:00:08Z  orders  it is number 8",
                        "2 shown, of orders; their records are in the column raw of shop.dead_letters");
    }

    @Test
    void aProgramReadsTheSame() throws Exception {
        tables.letters(1, OffsetDateTime.parse("2026-01-01T00:00:00Z"));

        Answer answer = Answer.to("letters", "--settings", settings, "--json");

        assertThat(new ObjectMapper().readTree(answer.out()).path("reason").asText())
                .isEqualTo("it is number 1");
        assertThat(answer.out().lines()).hasSize(1);
    }

    @Test
    void thatThereAreNoneIsNoProblem() throws Exception {
        Answer none = Answer.to("letters", "--settings", settings);
        assertThat(none.out().strip()).isEqualTo("There are none");
        assertThat(none.status()).isZero();

        tables.letters(1, OffsetDateTime.parse("2026-01-01T00:00:00Z"));
        assertThat(Answer.to("letters", "--settings", settings, "--table", "customers")
                        .out()
                        .strip())
                .isEqualTo("There are none of table customers");

        Answer wrong = Answer.to("letters", "--settings", settings, "--rows=0");
        assertThat(wrong.error()).startsWith("--rows cannot be 0");
        assertThat(wrong.status()).isEqualTo(2);
    }
}
