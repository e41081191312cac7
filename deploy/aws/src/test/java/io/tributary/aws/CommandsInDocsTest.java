package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every command line of these scripts that the manual shows is one that they take, and each option is in the manual. */
class CommandsInDocsTest {

    private static final Pattern COMMAND = Pattern.compile("deploy/aws/([a-z-]+ --[^`#\\n]+)");

    @Test
    void everyCommandIsTaken() throws IOException {
        String manual = Files.readString(Path.of(System.getProperty("tributary.home", "../.."), "job/docs/deploy.md"))
                .replaceAll("\\\\\\n\\s*", "");
        List<String> commands = new ArrayList<>();
        Matcher command = COMMAND.matcher(manual);
        while (command.find()) {
            commands.add(command.group(1).split(" ")[0]);
            assertThatCode(() -> Parameters.of(command.group(1).strip().split("\\s+")))
                    .as(command.group())
                    .doesNotThrowAnyException();
        }
        assertThat(commands).containsAll(Parameters.COMMANDS);
        for (String part : Parameters.PARTS) {
            assertThat(manual).contains("| " + part + " |");
        }
    }
}
