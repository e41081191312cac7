package io.tributary;

import io.tributary.settings.ApplicationProperties;
import io.tributary.settings.Problems;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
final class Arguments {

    /** What to do. */
    enum Command {
        RUN("run"),
        PLAN("plan"),
        TEST("test"),
        TABLES("tables"),
        GRANTS("grants"),
        RESYNC("resync"),
        DYNAMODB_EXPORT("dynamodb export"),
        REDSHIFT_PRINT("redshift print"),
        REDSHIFT_APPLY("redshift apply"),
        REDSHIFT_MERGE("redshift merge"),
        REDSHIFT_RELOAD("redshift reload"),
        REDSHIFT_STATUS("redshift status"),
        REDSHIFT_PAUSE("redshift pause"),
        REDSHIFT_RESUME("redshift resume"),
        REDSHIFT_SCHEDULE("redshift schedule"),
        WATCH("watch");

        private final String words;

        Command(String words) {
            this.words = words;
        }
    }

    private static final List<Command> OF_TABLES = List.of(
            Command.DYNAMODB_EXPORT,
            Command.RESYNC,
            Command.REDSHIFT_RELOAD,
            Command.REDSHIFT_PAUSE,
            Command.REDSHIFT_RESUME,
            Command.REDSHIFT_SCHEDULE,
            Command.TEST);

    /** In the place of a location, where there are no settings. */
    private static final String NOWHERE = "";

    private static final String SETTINGS = "--settings";
    private static final String PROPERTIES = "--application-properties";
    private static final String SQL = "--sql";
    private static final String TABLE = "--table";
    private static final String EVERY = "--every";
    private static final String METRICS = "--metrics";
    private static final String FULL = "--full";
    private static final String SHOW_ALL = "--show-all";
    private static final String FOR = "--for";
    private static final String ONCE = "--once";
    private static final String CRON = "--cron";
    private static final String GROUP = "--group";
    private static final String ALWAYS = "--always";
    private static final String FROM = "--from";
    private static final String SAVE = "--save";
    private static final String OFFLINE = "--offline";

    private final Command command;
    private final String location;
    private final boolean managed;
    private final @Nullable String sql;
    private final List<String> tables;
    private final @Nullable Duration every;
    private final boolean full;
    private final boolean showAll;
    private final boolean once;
    private final boolean always;
    private final @Nullable String cron;
    private final @Nullable String group;
    private final List<String> consumers;
    private final @Nullable InetSocketAddress metrics;
    private final @Nullable String from;
    private final Set<String> plain;

    private Arguments(
            Command command,
            String location,
            boolean managed,
            @Nullable String sql,
            List<String> tables,
            @Nullable Duration every,
            boolean full,
            boolean showAll,
            boolean once,
            boolean always,
            @Nullable String cron,
            @Nullable String group,
            List<String> consumers,
            @Nullable InetSocketAddress metrics,
            @Nullable String from,
            Set<String> plain) {
        this.command = command;
        this.location = location;
        this.managed = managed;
        this.sql = sql;
        this.tables = List.copyOf(tables);
        this.every = every;
        this.full = full;
        this.showAll = showAll;
        this.once = once;
        this.always = always;
        this.cron = cron;
        this.group = group;
        this.consumers = List.copyOf(consumers);
        this.metrics = metrics;
        this.from = from;
        this.plain = Set.copyOf(plain);
    }

    /** Fails with the usage if the arguments make no sense. */
    static Arguments parse(String... arguments) {
        StringBuilder words = new StringBuilder();
        String location = null;
        boolean managed = false;
        String sql = null;
        List<String> tables = new ArrayList<>();
        Duration every = null;
        boolean full = false;
        boolean showAll = false;
        boolean once = false;
        boolean always = false;
        String cron = null;
        String group = null;
        List<String> consumers = new ArrayList<>();
        InetSocketAddress metrics = null;
        String from = null;
        Set<String> plain = new TreeSet<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (!argument.startsWith("-")) {
                words.append(words.length() == 0 ? "" : " ").append(argument);
                continue;
            }
            if (argument.equals(SAVE) || argument.equals(OFFLINE)) {
                plain.add(argument);
                continue;
            }
            if (argument.equals(FULL)) {
                full = true;
                continue;
            }
            if (argument.equals(ONCE)) {
                once = true;
                continue;
            }
            if (argument.equals(ALWAYS)) {
                always = true;
                continue;
            }
            if (argument.equals(SHOW_ALL)) {
                showAll = true;
                continue;
            }
            if (Set.of(SQL, TABLE, EVERY, METRICS, FOR, FROM, CRON, GROUP).contains(argument)) {
                if (i + 1 == arguments.length) {
                    throw wrong("Give " + argument + " a value");
                }
                String value = arguments[++i];
                if (argument.equals(TABLE)) {
                    tables.add(value);
                } else if (argument.equals(SQL)) {
                    sql = value;
                } else if (argument.equals(FROM)) {
                    from = value;
                } else if (argument.equals(FOR)) {
                    consumers.add(value);
                } else if (argument.equals(CRON)) {
                    cron = value;
                } else if (argument.equals(GROUP)) {
                    group = value;
                } else if (argument.equals(METRICS)) {
                    metrics = address(value);
                } else {
                    every = duration(value);
                }
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
        Command command = command(words.toString());
        if (sql != null && command != Command.TEST) {
            throw wrong(SQL + " is for the command " + Command.TEST.words);
        }
        if (location == null && sql != null) {
            location = NOWHERE;
        }
        if (location == null) {
            managed = ApplicationProperties.isManaged();
            location = ApplicationProperties.MANAGED;
        }
        if (!managed && location.equals(ApplicationProperties.MANAGED)) {
            throw wrong(SETTINGS + " is missing");
        }
        if (command != Command.DYNAMODB_EXPORT && full) {
            throw wrong(FULL + " is for the command " + Command.DYNAMODB_EXPORT.words);
        }
        if (command != Command.DYNAMODB_EXPORT && command != Command.REDSHIFT_SCHEDULE && every != null) {
            throw wrong(EVERY + " is for the commands " + Command.DYNAMODB_EXPORT.words + " and "
                    + Command.REDSHIFT_SCHEDULE.words);
        }
        if (!OF_TABLES.contains(command) && !tables.isEmpty()) {
            throw wrong(TABLE + " is for the commands "
                    + OF_TABLES.stream().map(of -> of.words).collect(Collectors.joining(", ")));
        }
        checkSchedule(command, every, always, cron, group, tables);
        if (command == Command.REDSHIFT_RELOAD && tables.isEmpty()) {
            throw wrong("Say which table " + Command.REDSHIFT_RELOAD.words + " is to fill again: " + TABLE + " <name>");
        }
        if (command == Command.RESYNC && tables.isEmpty()) {
            throw wrong("Say which table " + Command.RESYNC.words + " is to have read again: " + TABLE + " <name>");
        }
        if (command != Command.RESYNC && (showAll || !consumers.isEmpty())) {
            throw wrong(SHOW_ALL + " and " + FOR + " are for the command " + Command.RESYNC.words);
        }
        if (showAll && !consumers.isEmpty()) {
            throw wrong(SHOW_ALL + " is for all, and " + FOR + " for some: give one of them");
        }
        if (metrics != null && command != Command.REDSHIFT_MERGE && command != Command.WATCH) {
            throw wrong(
                    METRICS + " is for the commands " + Command.REDSHIFT_MERGE.words + " and " + Command.WATCH.words);
        }
        if (once && (command != Command.REDSHIFT_MERGE || metrics != null)) {
            throw wrong(ONCE + " is for the command " + Command.REDSHIFT_MERGE.words + ", without " + METRICS);
        }
        if (from != null && command != Command.PLAN) {
            throw wrong(FROM + " is for the command " + Command.PLAN.words
                    + "; Flink's own option -s has a job resumed from a savepoint");
        }
        if (!plain.isEmpty() && command != Command.PLAN) {
            throw wrong(SAVE + " and " + OFFLINE + " are for the command " + Command.PLAN.words);
        }
        if (plain.contains(OFFLINE) && (plain.size() > 1 || from != null)) {
            throw wrong(OFFLINE + " asks no system for anything: leave out " + SAVE + " and " + FROM);
        }
        if (metrics == null && command == Command.WATCH) {
            throw wrong("Say where " + Command.WATCH.words + " is to show its metrics: " + METRICS + " 127.0.0.1:9250");
        }
        return new Arguments(
                command, location, managed, sql, tables, every, full, showAll, once, always, cron, group, consumers,
                metrics, from, plain);
    }

    private static void checkSchedule(
            Command command,
            @Nullable Duration every,
            boolean always,
            @Nullable String cron,
            @Nullable String group,
            List<String> tables) {
        boolean isSchedule = command == Command.REDSHIFT_SCHEDULE;
        boolean isPause = command == Command.REDSHIFT_PAUSE || command == Command.REDSHIFT_RESUME;
        if (!isSchedule && (always || cron != null)) {
            throw wrong(CRON + " and " + ALWAYS + " are for the command " + Command.REDSHIFT_SCHEDULE.words);
        }
        if (!isSchedule && !isPause && group != null) {
            throw wrong(GROUP + " is for the commands " + Command.REDSHIFT_SCHEDULE.words + ", "
                    + Command.REDSHIFT_PAUSE.words + " and " + Command.REDSHIFT_RESUME.words);
        }
        if (!isSchedule && !isPause) {
            return;
        }
        if (tables.isEmpty() && group == null) {
            throw wrong("Say what " + command.words + " is for: " + TABLE + " <name>, or " + GROUP + " <name>");
        }
        long times = Stream.of(every != null, cron != null, always)
                .filter(given -> given)
                .count();
        if (isSchedule && (times > 1 || (times == 0 && (group == null || tables.isEmpty())))) {
            throw wrong("Give " + command.words + " one of " + EVERY + " <duration>, " + CRON + " '<times>' and "
                    + ALWAYS + ", or " + TABLE + " with the " + GROUP + " that it is to follow");
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new InetSocketAddress(
                    text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw wrong(METRICS + " " + text + " is no address: write it as 127.0.0.1:9250");
        }
    }

    private static Duration duration(String text) {
        try {
            Duration duration = TimeUtils.parseDuration(text);
            if (!duration.isZero()) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(EVERY + " " + text + " is not a duration: write it as 1h or 30min");
        }
        throw wrong(EVERY + " has to be longer than nothing");
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

    /** Whether there are settings: {@code test} does without. */
    boolean hasSettings() {
        return !location.equals(NOWHERE);
    }

    /** The folder of the SQL files, in place of what the settings say. */
    @Nullable
    String sql() {
        return sql;
    }

    /** The tables that are to be exported or tried, none for all; or that are to be read again. */
    List<String> tables() {
        return tables;
    }

    /** How often they are to be exported; null for once. */
    @Nullable
    Duration every() {
        return every;
    }

    /** Where metrics are to be shown; null for nowhere. */
    @Nullable
    InetSocketAddress metrics() {
        return metrics;
    }

    /** The savepoint that the plan is to be compared with; null for none. */
    @Nullable
    String from() {
        return from;
    }

    /** Whether the tables' columns are to be saved. */
    boolean isSaving() {
        return plain.contains(SAVE);
    }

    /** Whether saved columns take the place of all systems. */
    boolean isOffline() {
        return plain.contains(OFFLINE);
    }

    /** Whether a single round is to be merged. */
    boolean isOnce() {
        return once;
    }

    /** Whether targets are to be shown rows that did not change, too. */
    boolean showsAll() {
        return showAll;
    }

    /** What is to be shown them, where it is not all: what SQL files make, and what passes through. */
    List<String> consumers() {
        return consumers;
    }

    /** Whether they are to be exported whole. */
    boolean isFull() {
        return full;
    }

    /** Whether a schedule is to let every round merge. */
    boolean isAlways() {
        return always;
    }

    /** When, as cron has it; null if that was not said. */
    @Nullable
    String cron() {
        return cron;
    }

    /** The group of tables; null if none was named. */
    @Nullable
    String group() {
        return group;
    }
}
