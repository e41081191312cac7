package io.tributary.command;

import io.tributary.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command of the job's own {@code Main}, run in this process: words and options are passed on as they were given. */
final class JobCommand implements Callable<Integer> {

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
        Main.main(arguments().toArray(new String[0]));
        return 0;
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(words.split(" ")));
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
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
