package io.tributary.command;

import io.tributary.settings.Suggestions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What is said of a command line that is wrong: which word of it, what may have been meant, and where help is. */
final class Mistakes implements CommandLine.IParameterExceptionHandler {

    @Override
    public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        sentences(failure, command.getCommandSpec()).forEach(err::println);
        err.println(command.getCommandSpec().qualifiedName() + " --help shows what there is.");
        return Tributary.USAGE;
    }

    private static List<String> sentences(CommandLine.ParameterException failure, CommandSpec spec) {
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched(), spec);
        }
        if (failure instanceof CommandLine.MissingParameterException missing) {
            return missing.getMissing().stream().map(Mistakes::missing).collect(Collectors.toList());
        }
        return List.of(String.valueOf(failure.getMessage()));
    }

    private static List<String> unknown(List<String> words, CommandSpec spec) {
        List<String> sentences = new ArrayList<>();
        for (String word : words) {
            String name = word.replaceFirst("=.*", "");
            if (word.startsWith("-")) {
                sentences.add("Unknown option " + name
                        + Suggestions.near(
                                name,
                                spec.options().stream()
                                        .map(OptionSpec::longestName)
                                        .collect(Collectors.toList())));
            } else if (!spec.subcommands().isEmpty()) {
                sentences.add("Unknown command " + word
                        + Suggestions.near(word, spec.subcommands().keySet()));
                // What follows belongs to it.
                return sentences;
            } else if (sentences.isEmpty()) {
                sentences.add("Unexpected argument " + word + ": what is not the value of an option begins with --");
            }
        }
        return sentences;
    }

    private static String missing(ArgSpec argument) {
        return argument.isOption()
                ? ((OptionSpec) argument).longestName() + " is missing: " + argument.paramLabel() + ", "
                        + String.join(" ", argument.description())
                : argument.paramLabel() + " is missing: " + String.join(" ", argument.description());
    }
}
