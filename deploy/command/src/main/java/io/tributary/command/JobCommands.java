package io.tributary.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands that the job's own {@code Main} has but {@code run}, with the options that it takes for each. */
final class JobCommands {

    private JobCommands() {}

    static void addTo(CommandLine commandLine) {
        commandLine.addSubcommand(new PlanCommand());
        commandLine.addSubcommand(JobCommand.of(
                "test",
                "Run the SQL files over the sample rows beside them and compare, without any database.",
                settings(),
                option("--sql", "<folder>", "where the SQL files are, in place of what the settings say"),
                tables("a SQL file's table that is to be tried; all by default")));
        commandLine.addSubcommand(JobCommand.of(
                "tables",
                "Print the source tables' columns, as test reads them from tables.yaml beside the SQL files.",
                settings(),
                properties()));
        commandLine.addSubcommand(JobCommand.of(
                "grants",
                "Print the SQL that makes the user in PostgreSQL, for an administrator.",
                settings(),
                properties()));
        commandLine.addSubcommand(JobCommand.of(
                "resync",
                "Have the running job read tables of PostgreSQL again and mend what differs.",
                settings(),
                properties(),
                tables("the table; may be given more than once"),
                flag("--show-all", "show the targets rows that did not change, too"),
                OptionSpec.builder("--for")
                        .paramLabel("<output>")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("show them to what this SQL file makes, or with pass-through to the tables as they"
                                + " pass through; may be given more than once")
                        .build()));
        group(
                commandLine,
                "dynamodb",
                "Tables of DynamoDB.",
                JobCommand.of(
                        "dynamodb export",
                        "Have DynamoDB export tables to where the job looks for exports: whole the first time, then what"
                                + " was written since.",
                        settings(),
                        properties(),
                        tables("the table; all by default"),
                        flag("--full", "whole tables again"),
                        option("--every", "<duration>", "go on until stopped, as often as this: 1h, 30min")));
        group(
                commandLine,
                "redshift",
                "The warehouse.",
                JobCommand.of("redshift print", "Print the SQL that sets the warehouse up.", settings(), properties()),
                JobCommand.of("redshift apply", "Set the warehouse up.", settings(), properties()),
                JobCommand.of(
                        "redshift merge",
                        "Merge what has landed, every redshift.merge-interval, until stopped.",
                        settings(),
                        properties(),
                        metrics(false),
                        flag("--once", "merge one round, and fail if a table is behind")),
                reload(),
                JobCommand.of(
                        "redshift status",
                        "Show how far each table of the warehouse is, and when it is merged; fails if one is behind.",
                        settings(),
                        properties()),
                pause(),
                resume(),
                JobCommand.of(
                        "redshift schedule",
                        "Say when tables are merged, whoever runs the rounds.",
                        settings(),
                        properties(),
                        tables("the table; may be given more than once"),
                        group(),
                        option("--every", "<duration>", "not more often than this: 15min, 6h"),
                        option("--cron", "<times>", "at these times in UTC: '0 6 * * mon-fri'"),
                        flag("--always", "in every round")));
        // What people do to a table's merges is at hand without the word in front, too.
        commandLine.addSubcommand(reload());
        commandLine.addSubcommand(pause());
        commandLine.addSubcommand(resume());
        commandLine.addSubcommand(JobCommand.of(
                "watch",
                "Show the metrics of what the source keeps for the job, until stopped.",
                settings(),
                properties(),
                metrics(true)));
    }

    private static CommandSpec reload() {
        return JobCommand.of(
                "redshift reload",
                "Fill tables of the warehouse again from their Iceberg tables.",
                settings(),
                properties(),
                tables("the table; may be given more than once"));
    }

    private static CommandSpec pause() {
        return JobCommand.of(
                "redshift pause",
                "Have tables of the warehouse merged no more, whoever runs the rounds, until they are resumed.",
                settings(),
                properties(),
                tables("the table; may be given more than once"),
                group());
    }

    private static CommandSpec resume() {
        return JobCommand.of(
                "redshift resume",
                "Have tables of the warehouse merged again that were paused.",
                settings(),
                properties(),
                tables("the table; may be given more than once"),
                group());
    }

    private static void group(CommandLine commandLine, String name, String description, CommandSpec... commands) {
        CommandSpec group =
                CommandSpec.wrapWithoutInspection((Runnable) () -> {}).name(name);
        group.usageMessage().description(description).synopsisSubcommandLabel("<command>");
        CommandLine line = new CommandLine(group);
        for (CommandSpec command : commands) {
            line.addSubcommand(command);
        }
        commandLine.addSubcommand(line);
    }

    private static OptionSpec settings() {
        return option("--settings", "<file>", "the YAML file of the settings: a path, or a URI");
    }

    private static OptionSpec properties() {
        return option(
                "--application-properties",
                "<file>",
                "the property groups of Managed Service for Apache Flink, in place of --settings");
    }

    private static OptionSpec metrics(boolean isRequired) {
        return OptionSpec.builder("--metrics")
                .paramLabel("<host:port>")
                .type(String.class)
                .required(isRequired)
                .description("show metrics for Prometheus there, at /metrics")
                .build();
    }

    private static OptionSpec group() {
        return option("--group", "<name>", "the tables that follow the schedule of this group");
    }

    private static OptionSpec tables(String description) {
        return OptionSpec.builder("--table")
                .paramLabel("<name>")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description(description)
                .build();
    }

    private static OptionSpec option(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .description(description)
                .build();
    }
}
