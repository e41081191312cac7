package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where no job runs. {@link LocalRunTest} has one that does. */
final class StatusTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrongComesFirstAndTablesAreToldAllTheSame() throws Exception {
        MadeTables tables = new MadeTables(folder);
        tables.customers(1, 25);
        tables.customers(26, 30);
        tables.letters(7, OffsetDateTime.parse("2026-01-01T00:00:00Z"));

        Answer answer = Answer.to("status", "--settings", tables.settings().toString());

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("! No job runs on this machine with these settings: --flink"),
                        line -> assertThat(line)
                                .matches("table +rows +last commit +complete until +files +delete files"),
                        line -> assertThat(line).startsWith("---"),
                        line -> assertThat(line).matches("customers +30 +\\d+ s ago +2 +0"),
                        line -> assertThat(line).isEqualTo("7 dead letters, 0 of them of the last 24 hours"),
                        line -> assertThat(line)
                                .isEqualTo("Dead letter of orders, 2026-01-01T00:00:07Z: it is number 7"),
                        line -> assertThat(line).endsWith("it is number 6"),
                        line -> assertThat(line).endsWith("it is number 5"),
                        line -> assertThat(line).endsWith("it is number 4"),
                        line -> assertThat(line).endsWith("it is number 3"));
    }

    @Test
    void deadLettersOfTheLastDayAreAProblem() throws Exception {
        MadeTables tables = new MadeTables(folder);
        tables.letters(2, OffsetDateTime.parse("2026-01-01T00:00:00Z"));
        tables.letters(3, OffsetDateTime.now().minusHours(2));

        assertThat(Answer.to("status", "--settings", tables.settings().toString())
                        .out())
                .contains("! 3 dead letters in the last 24 hours", "5 dead letters, 3 of them of the last 24 hours");
    }

    @Test
    void aProgramReadsTheSame() throws Exception {
        MadeTables tables = new MadeTables(folder);
        tables.customers(1, 25);

        Answer answer = Answer.to(
                "status",
                "--json",
                "--flink=http://localhost:1",
                "--settings",
                tables.settings().toString());

        JsonNode status = new ObjectMapper().readTree(answer.out());
        assertThat(status.path("problems").path(0).asText()).startsWith("Flink at http://localhost:1 does not answer");
        assertThat(status.path("job").isNull()).isTrue();
        assertThat(status.path("tables").path(0).path("rows").asLong()).isEqualTo(25);
        assertThat(status.path("deadLetters").path("letters").asLong()).isZero();
    }

    @Test
    void anAddressThatIsNoneIsNamed() throws Exception {
        String settings = new MadeTables(folder).settings().toString();
        for (String wrong : new String[] {"localhost:8081", "here", "http://"}) {
            Answer answer = Answer.to("status", "--settings", settings, "--flink", wrong);

            assertThat(answer.error()).startsWith("--flink " + wrong + " is no address");
            assertThat(answer.status()).isEqualTo(2);
        }
    }
}
