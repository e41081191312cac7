package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every command line that the README and the manual show is one that the command takes. */
final class DocsTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Pattern COMMAND = Pattern.compile("deploy/tributary ([a-z-][^`#\\n]*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

    @Test
    void everyCommandIsTaken() throws IOException {
        TreeSet<String> seen = new TreeSet<>();
        try (Stream<Path> manual = Files.walk(HOME.resolve("job/docs"))) {
            List<Path> pages = Stream.concat(Stream.of(HOME.resolve("README.md")), manual)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
            for (Path page : pages) {
                Matcher command = COMMAND.matcher(Files.readString(page));
                while (command.find()) {
                    check(page, command.group(1).strip());
                    seen.add(command.group(1).split(" ")[0]);
                }
            }
        }
        assertThat(seen).contains("init", "plan", "run", "status", "query", "redshift");
    }

    /** What stands in brackets may be left out, and may be there. */
    private static void check(Path page, String command) {
        for (String shown : List.of(command.replaceAll("\\[[^]]*]", ""), command.replaceAll("[\\[\\]]", ""))) {
            List<String> words = new ArrayList<>();
            for (MatchResult word : WORD.matcher(shown).results().toList()) {
                String quoted = word.group(1) == null ? word.group(2) : word.group(1);
                words.add(quoted == null ? word.group(3) : quoted);
            }
            assertThatCode(() -> Tributary.commandLine().parseArgs(words.toArray(new String[0])))
                    .as(page + ": " + command)
                    .doesNotThrowAnyException();
        }
    }
}
