package io.tributary.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What the command line asks for: account, region and names come by it alone and stand in no file.
 *
 * <p>Needs nothing but the JDK, so that the scripts can have their options checked by this file alone before anything is built.
 */
final class Parameters {

    /** Fails if the arguments make no sense; the message is for people. */
    static final class WrongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongException(String message) {
            super(message);
        }
    }

    /** What is to be done. */
    static final Set<String> COMMANDS = Set.of("plan", "apply", "destroy", "put-records");

    /** What can be left out although the settings ask for it. */
    static final List<String> PARTS =
            List.of("network", "lake", "stream", "changes", "setup", "merges", "exports", "rotation", "alarms");

    private static final Set<String> FLAGS = Set.of("--yes", "--with-data", "--help");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,29}");

    /** How AWS numbers things. */
    private static final String ID = "[0-9a-f]{8}([0-9a-f]{9})?";

    private static final String DEFAULT_NAME = "tributary";

    /** Each option that has a value, with its default (empty if it has none) and what the value has to look like. */
    private static final Map<String, Option> OPTIONS = new LinkedHashMap<>();

    static {
        option("--settings", "", ".+", "<file>", "the job's settings, the same YAML file as everywhere; needed");
        option("--name", DEFAULT_NAME, NAME.pattern(), "<name>", "of the stack, and what its names begin with");
        option("--account", "", "[0-9]{12}", "<number>", "the account; by default that of the credentials");
        option(
                "--region",
                "",
                "[a-z]{2}(-[a-z]+)+-[0-9]",
                "<region>",
                "the region; by default that of the credentials");
        option(
                "--database",
                "yours",
                "yours|rds|aurora",
                "yours|rds|aurora",
                "a PostgreSQL to read, or the settings' own");
        option("--database-class", "t4g.medium", "[a-z0-9]+\\.[a-z0-9]+", "<class>", "of the database that is made");
        option(
                "--database-id",
                "",
                listed("(db|cluster)-[A-Z0-9]+"),
                "[<source>=]<id>,..",
                "by which IAM knows databases of yours that the job logs in to without a password");
        option(
                "--database-group",
                "",
                listed("sg-" + ID),
                "[<source>=]<id>,..",
                "security groups of databases of yours, that are to let the job in");
        option("--tables", "yours", "yours|create", "yours|create", "whether the tables in DynamoDB are made");
        option(
                "--warehouse",
                "none",
                "none|yours|serverless|provisioned",
                "none|yours|serverless|provisioned",
                "a Redshift, or the settings' own");
        option("--vpc", "", "vpc-" + ID, "<id>", "a network that exists, in place of a new one");
        option("--subnets", "", "subnet-" + ID + "(,subnet-" + ID + ")*", "<id>,<id>", "its private subnets");
        option("--lake", "", "[a-z0-9][a-z0-9.-]{2,62}", "<bucket>", "a bucket that exists, in place of a new one");
        option("--parallelism", "1", "[1-9][0-9]{0,2}", "<number>", "of the job, at first");
        option("--shards", "", "[1-9][0-9]{0,3}", "<number>", "of each stream; by default on demand");
        option("--merge-minutes", "10", "[1-9][0-9]{0,3}", "<number>", "how far apart merges in the warehouse are");
        option("--export-minutes", "60", "[1-9][0-9]{1,3}", "<number>", "how far apart exports from DynamoDB are");
        option("--alarms-to", "", "[^@\\s]+@[^@\\s]+", "<address>", "who gets a mail when an alarm goes off");
        option("--runbook", "job/docs/operations.md", "\\S+", "<URL>", "where job/docs/operations.md can be read");
        option(
                "--without",
                "",
                "(" + String.join("|", PARTS) + ")(,(" + String.join("|", PARTS) + "))*",
                "<part>,<part>",
                "leave out: " + String.join(", ", PARTS));
        option("--table", "", "[A-Za-z0-9_.-]{3,255}", "<table>", "put-records: the table in DynamoDB");
        option("--count", "100", "[1-9][0-9]{0,5}", "<number>", "put-records: how many items");
    }

    /** Several, each of a source of the settings or of the database without a name. */
    private static String listed(String pattern) {
        String one = "([a-z0-9_]+=)?" + pattern;
        return one + "(," + one + ")*";
    }

    private final String command;
    private final Map<String, String> values;
    private final Set<String> flags;

    private Parameters(String command, Map<String, String> values, Set<String> flags) {
        this.command = command;
        this.values = Map.copyOf(values);
        this.flags = Set.copyOf(flags);
    }

    /** Checks the arguments alone, and says what is wrong with them or what there is. */
    public static void main(String[] arguments) {
        try {
            Parameters parameters = of(arguments);
            if (parameters.wantsHelp()) {
                System.out.print(usage(parameters.command));
                // The scripts go on after 0.
                System.exit(3);
            }
        } catch (WrongException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    static Parameters of(String... arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (!COMMANDS.contains(command)) {
            throw new WrongException("Unknown command '" + command + "'; there are " + new TreeSet<>(COMMANDS));
        }
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> flags = new TreeSet<>();
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            if (FLAGS.contains(argument)) {
                flags.add(argument);
                continue;
            }
            Option option = OPTIONS.get(argument);
            if (option == null) {
                throw wrong(command, "Unknown option " + argument);
            }
            if (i + 1 == arguments.length) {
                throw wrong(command, "Give " + argument + " a value: " + option.form);
            }
            String value = arguments[++i];
            if (!value.matches(option.pattern)) {
                throw wrong(command, argument + " '" + value + "' makes no sense: give it " + option.form);
            }
            if (values.put(argument, value) != null) {
                throw wrong(command, argument + " is given twice");
            }
        }
        Parameters parameters = new Parameters(command, values, flags);
        if (!parameters.wantsHelp()) {
            parameters.check();
        }
        return parameters;
    }

    private void check() {
        if (!isGiven("--settings")) {
            throw wrong(command, "--settings is missing: the job's settings file");
        }
        if (isGiven("--account") && !isGiven("--region")) {
            throw wrong(command, "--account needs --region beside it");
        }
        if (isGiven("--vpc") != isGiven("--subnets")) {
            throw wrong(command, "Give --vpc and --subnets together: the network, and its private subnets");
        }
        if (isGiven("--vpc") && value("--subnets").split(",").length < 2) {
            throw wrong(command, "--subnets needs two subnets or more, in different zones");
        }
        if (hasNetwork()) {
            return;
        }
        List<String> needing = new ArrayList<>();
        if (makesDatabase()) {
            needing.add("--database " + value("--database"));
        }
        if (makesWarehouse()) {
            needing.add("--warehouse " + value("--warehouse"));
        }
        if (!needing.isEmpty()) {
            throw wrong(command, String.join(" and ", needing) + " needs the network: do not leave it out");
        }
    }

    private static WrongException wrong(String command, String sentence) {
        return new WrongException(sentence + System.lineSeparator() + usage(command));
    }

    static String usage(String command) {
        StringBuilder text = new StringBuilder("Usage: deploy/aws/" + command + " --settings <file> [options]\n");
        OPTIONS.forEach((name, option) -> line(
                text,
                name + " " + option.form,
                option.meaning + (option.standard.isEmpty() ? "" : " [" + option.standard + "]")));
        line(text, "--yes", "apply and destroy: do not ask");
        line(text, "--with-data", "destroy: the data, too; without it databases leave a snapshot, and buckets stay");
        line(text, "--help", "this");
        return text.toString();
    }

    private static void line(StringBuilder text, String option, String meaning) {
        text.append(String.format("  %-32s %s%n", option, meaning));
    }

    private static void option(String name, String standard, String pattern, String form, String meaning) {
        OPTIONS.put(name, new Option(standard, pattern, form, meaning));
    }

    String command() {
        return command;
    }

    boolean wantsHelp() {
        return flags.contains("--help");
    }

    /** Whether nobody is to be asked. */
    boolean isAgreed() {
        return flags.contains("--yes");
    }

    /** Whether what is destroyed takes its data with it. */
    boolean isWithData() {
        return flags.contains("--with-data");
    }

    boolean isGiven(String option) {
        return values.containsKey(option);
    }

    /** What was given, else the default; empty if there is neither. */
    String value(String option) {
        Option known = OPTIONS.get(option);
        if (known == null) {
            throw new IllegalArgumentException(option);
        }
        return values.getOrDefault(option, known.standard);
    }

    int number(String option) {
        return Integer.parseInt(value(option));
    }

    List<String> list(String option) {
        return value(option).isEmpty() ? List.of() : List.of(value(option).split(","));
    }

    /** By the source that each is given for, which is empty for the database without a name. */
    Map<String, String> bySource(String option) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String each : list(option)) {
            int equals = each.indexOf('=');
            given.put(equals < 0 ? "" : each.substring(0, equals), each.substring(equals + 1));
        }
        return given;
    }

    String name() {
        return value("--name");
    }

    /** Whether a part may be made, if the settings have a use for it. */
    boolean has(String part) {
        if (!PARTS.contains(part)) {
            throw new IllegalArgumentException(part);
        }
        return !list("--without").contains(part);
    }

    boolean hasNetwork() {
        return has("network");
    }

    boolean makesDatabase() {
        return !value("--database").equals("yours");
    }

    boolean hasWarehouse() {
        return !value("--warehouse").equals("none");
    }

    boolean makesWarehouse() {
        return hasWarehouse() && !value("--warehouse").equals("yours");
    }

    /** An option that has a value. */
    private static final class Option {
        private final String standard;
        private final String pattern;
        private final String form;
        private final String meaning;

        Option(String standard, String pattern, String form, String meaning) {
            this.standard = standard;
            this.pattern = pattern;
            this.form = form;
            this.meaning = meaning;
        }
    }
}
