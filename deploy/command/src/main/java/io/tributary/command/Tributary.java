package io.tributary.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command line: which commands there are, and what a process that ran one of them ends with. */
public final class Tributary {

    static final String NAME = "tributary";

    /** Something is wrong that the settings, a system or a file has to be mended for. */
    static final int PROBLEMS = 1;

    /** The command line itself is wrong. */
    static final int USAGE = 2;

    private Tributary() {}

    /** The command as it was typed, for lines that are copied. */
    static String typed() {
        return System.getProperty("tributary.typed", NAME);
    }

    public static void main(String[] arguments) {
        Logging.quiet();
        int status = commandLine().execute(arguments);
        System.out.flush();
        System.exit(status);
    }

    static CommandLine commandLine() {
        CommandSpec root = CommandSpec.wrapWithoutInspection((Runnable) () -> {});
        root.name(NAME).mixinStandardHelpOptions(true).versionProvider(new Version());
        root.usageMessage()
                .description("Carries every change of databases through SQL files into Apache Iceberg and Redshift.")
                .footer(
                        "",
                        NAME
                                + " <command> --help tells more of one. A command ends with 0, with 1 if it found problems, and",
                        "with 2 if the command line is wrong.");
        CommandLine commandLine = new CommandLine(root);
        commandLine.addSubcommand(new InitCommand());
        commandLine.addSubcommand(new RunCommand());
        commandLine.addSubcommand(new ChangeCommand());
        commandLine.addSubcommand(new StatusCommand());
        commandLine.addSubcommand(new QueryCommand());
        commandLine.addSubcommand(new LettersCommand());
        commandLine.addSubcommand(new VerifyCommand());
        commandLine.addSubcommand(new TeardownCommand());
        JobCommands.addTo(commandLine);
        commandLine.addSubcommand(new Completion());
        root.usageMessage().synopsisSubcommandLabel("<command>");
        everywhere(commandLine);
        commandLine.setExecutionStrategy(Tributary::execute);
        commandLine.setParameterExceptionHandler(new Mistakes());
        commandLine.setExecutionExceptionHandler(new Failures());
        return commandLine;
    }

    /** Each command tells of itself, whoever wrote it. */
    private static void everywhere(CommandLine commandLine) {
        commandLine.getCommandSpec().usageMessage().width(100).sortOptions(false);
        commandLine.getSubcommands().values().forEach(command -> {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.mixinStandardHelpOptions()) {
                spec.mixinStandardHelpOptions(true).versionProvider(new Version());
            }
            everywhere(command);
        });
    }

    /** A command that only holds others is answered with them. */
    private static int execute(CommandLine.ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine.ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandLine command = last.commandSpec().commandLine();
        if (!command.getSubcommands().isEmpty()) {
            PrintWriter err = command.getErr();
            err.println("Say which command: "
                    + String.join(", ", command.getSubcommands().keySet()));
            command.usage(err);
            return USAGE;
        }
        return new CommandLine.RunLast().execute(parsed);
    }
}
