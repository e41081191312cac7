package io.tributary.command;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a shell needs to complete the commands and their options. */
@Command(
        name = "completion",
        description = "Print a script for bash and zsh that completes commands and options.",
        footer = {"", "In the shell's start-up file: source <(tributary completion)"})
final class Completion implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        spec.commandLine().getOut().println(AutoComplete.bash(Tributary.NAME, root));
    }
}
