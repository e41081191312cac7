package io.tributary.local.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every command line of this folder's scripts that the README and the manual show is one that they take. */
final class CommandsInDocsTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Pattern COMMAND = Pattern.compile("deploy/local/(demo|verify|benchmark) (--[^`#\\n]+)");
    private static final Pattern FILE = Pattern.compile("\\S+\\.(yaml|json|md)\\b");

    @Test
    void everyCommandIsTaken() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> manual = Files.walk(HOME.resolve("job/docs"))) {
            List<Path> pages = Stream.concat(Stream.of(HOME.resolve("README.md")), manual)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
            for (Path page : pages) {
                Matcher command = COMMAND.matcher(Files.readString(page));
                while (command.find()) {
                    commands.add(command.group());
                    check(command.group(1), command.group(2));
                }
            }
        }
        assertThat(commands)
                .anyMatch(command -> command.startsWith("deploy/local/demo"))
                .anyMatch(command -> command.startsWith("deploy/local/benchmark"));
    }

    /** Their files are examples, and this one is there. */
    private static void check(String script, String arguments) throws IOException {
        String usage = Files.readString(
                HOME.resolve("deploy/local/src/main/resources/io/tributary/local/" + script + "/usage.txt"));
        String there = Matcher.quoteReplacement(HOME.resolve("README.md").toString());
        String[] words = FILE.matcher(arguments.strip()).replaceAll(there).split("\\s+");
        assertThatCode(() -> Arguments.read(usage, words))
                .as("deploy/local/" + script + " " + arguments)
                .doesNotThrowAnyException();
    }
}
