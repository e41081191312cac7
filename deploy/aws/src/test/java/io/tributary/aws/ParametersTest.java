package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--settings a --nonsense|Unknown option --nonsense",
                "--settings|Give --settings a value",
                "--name x|--settings is missing",
                "--settings a --name -x|--name '-x' makes no sense",
                "--settings a --database oracle|--database 'oracle' makes no sense",
                "--settings a --database-id crm|--database-id 'crm' makes no sense",
                "--settings a --database-group crm=sg-1|--database-group 'crm=sg-1' makes no sense",
                "--settings a --without everything|--without 'everything' makes no sense",
                "--settings a --settings b|--settings is given twice",
                "--settings a --account 123456789012|--account needs --region",
                "--settings a --vpc vpc-01234567|Give --vpc and --subnets together",
                "--settings a --database rds --without network|--database rds needs the network",
            })
    void whatMakesNoSenseIsNamed(String arguments, String sentence) {
        assertThatThrownBy(() -> Parameters.of(("plan " + arguments).split(" ")))
                .isInstanceOf(Parameters.WrongException.class)
                .hasMessageStartingWith(sentence)
                .hasMessageContaining("Usage: deploy/aws/plan");
    }

    @Test
    void whatIsNotGivenHasADefault() {
        Parameters parameters = Parameters.of("plan", "--settings", "a");

        assertThat(parameters.name()).isEqualTo("tributary");
        assertThat(parameters.isGiven("--region")).isFalse();
        assertThat(parameters.makesDatabase()).isFalse();
        assertThat(parameters.isAgreed()).isFalse();
        assertThat(parameters.isWithData()).isFalse();
    }

    @Test
    void eachScriptAnswersBeforeAnythingIsBuilt() throws Exception {
        for (String script : Parameters.COMMANDS) {
            assertThat(run(script, "--help")).startsWith("0 Usage: deploy/aws/" + script);
            assertThat(run(script, "--nonsense")).startsWith("2 Unknown option --nonsense");
        }
    }

    private static String run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(List.of(Path.of(script).toAbsolutePath().toString()));
        line.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return process.waitFor() + " " + output;
    }
}
