package io.tributary;

import io.tributary.settings.ApplicationProperties;
import io.tributary.settings.Problems;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the command line asks for. */
final class Arguments {

    /** What to do. */
    enum Command {
        RUN("run"),
        PLAN("plan"),
        GRANTS("grants"),
        REDSHIFT_PRINT("redshift print"),
        REDSHIFT_APPLY("redshift apply"),
        REDSHIFT_MERGE("redshift merge");

        private final String words;

        Command(String words) {
            this.words = words;
        }
    }

    private static final String SETTINGS = "--settings";
    private static final String PROPERTIES = "--application-properties";

    private final Command command;
    private final String location;
    private final boolean managed;

    private Arguments(Command command, String location, boolean managed) {
        this.command = command;
        this.location = location;
        this.managed = managed;
    }

    /** Fails with the usage if the arguments make no sense. */
    static Arguments parse(String... arguments) {
        StringBuilder words = new StringBuilder();
        String location = null;
        boolean managed = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (!argument.startsWith("-")) {
                words.append(words.length() == 0 ? "" : " ").append(argument);
                continue;
            }
            if (!argument.equals(SETTINGS) && !argument.equals(PROPERTIES)) {
                throw wrong("Unknown option " + argument);
            }
            if (location != null || i + 1 == arguments.length) {
                throw wrong("Give " + SETTINGS + " or " + PROPERTIES + " once, with a file");
            }
            managed = argument.equals(PROPERTIES);
            location = arguments[++i];
        }
        if (location == null) {
            managed = ApplicationProperties.isManaged();
            location = ApplicationProperties.MANAGED;
        }
        if (!managed && location.equals(ApplicationProperties.MANAGED)) {
            throw wrong(SETTINGS + " is missing");
        }
        return new Arguments(command(words.toString()), location, managed);
    }

    private static Command command(String words) {
        for (Command command : Command.values()) {
            if (command.words.equals(words)) {
                return command;
            }
        }
        if (words.isEmpty()) {
            return Command.RUN;
        }
        List<String> known =
                Stream.of(Command.values()).map(command -> command.words).collect(Collectors.toList());
        throw wrong("Unknown command '" + words + "'; there are " + String.join(", ", known));
    }

    private static RuntimeException wrong(String sentence) {
        Problems problems = new Problems();
        problems.add(sentence + System.lineSeparator() + Main.USAGE);
        return problems.exception();
    }

    Command command() {
        return command;
    }

    /** Of the YAML file, or of the property groups if this is Managed Flink. */
    String location() {
        return location;
    }

    boolean isManaged() {
        return managed;
    }
}
