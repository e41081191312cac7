package io.tributary.command;

import io.tributary.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command of the job's own {@code Main}, run in this process: words and options are passed on as they were given. */
final class JobCommand implements Callable<Integer> {

    /** With it the job is put together as for Flink in this process. {@code Main} does not know it. */
    static final String LOCAL = "--local";

    private final String words;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    private JobCommand(String words) {
        this.words = words;
    }

    /**
     * @param words as {@code Main} knows them; the last one is what the command is called
     */
    static CommandSpec of(String words, String description, OptionSpec... options) {
        JobCommand command = new JobCommand(words);
        command.spec.name(words.substring(words.indexOf(' ') + 1));
        command.spec.usageMessage().description(description);
        for (OptionSpec option : options) {
            command.spec.addOption(option);
        }
        return command.spec;
    }

    @Override
    public Integer call() throws Exception {
        String[] arguments = arguments().toArray(new String[0]);
        if (!spec.commandLine().getParseResult().hasMatchedOption(LOCAL)) {
            Main.main(arguments);
            return 0;
        }
        StateFolder folder = StateFolder.at(Path.of(""));
        EmbeddedFlink.of(LocalFlink.of(Map.of(), folder, 0, null)).during(() -> Main.main(arguments));
        return 0;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (option.longestName().equals(LOCAL)) {
                continue;
            }
            if (option.arity().max() == 0) {
                arguments.add(option.longestName());
            } else {
                for (String value : option.originalStringValues()) {
                    arguments.add(option.longestName());
                    arguments.add(value);
                }
            }
        }
        return arguments;
    }
}
