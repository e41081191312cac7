package io.tributary.query;

import io.tributary.settings.Given;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Patience;
import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** What the settings say about the SQL files, the tables that pass through, the functions and the lookup tables. */
public final class QuerySettings {

    static final ConfigOption<String> DIRECTORY = ConfigOptions.key("sql.directory")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Folder of the SQL files: a local path or any Flink filesystem URI. Each *.sql in it holds one"
                            + " SELECT and makes the table it is named after.");

    static final ConfigOption<List<String>> PASS_THROUGH = ConfigOptions.key("sql.pass-through")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Source tables that go to the targets unchanged, without a SQL file, by their names in the"
                    + " pipeline. * stands for any characters: \"*\" is all of them, order_* some; - in front leaves out"
                    + " tables that such a pattern takes: -audit_*.");

    static final ConfigOption<String> FUNCTION = ConfigOptions.key("sql.functions.<name>")
            .stringType()
            .noDefaultValue()
            .withDescription("Class of the function that the SQL files call by this name. Functions that a jar names in"
                    + " META-INF/tributary/functions.properties need no setting.");

    static final ConfigOption<List<String>> FUNCTION_ARGUMENTS = ConfigOptions.key("sql.function-arguments.<name>")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "What the constructor of this function takes, in its order: texts, numbers, true or false. A"
                            + " reference to a secret (env:NAME, file:/path or secretsmanager:id#key) is its value when the job is"
                            + " submitted. With other arguments, files that call the function are filled again.");

    static final ConfigOption<List<String>> FUNCTION_JARS = ConfigOptions.key("sql.function-jars")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Jars with functions of yours, beside the job's own: local paths or URIs of any Flink"
                    + " filesystem. Flink takes them to the task managers.");

    static final ConfigOption<Duration> BUNDLE_INTERVAL = ConfigOptions.key("sql.bundle-interval")
            .durationType()
            .defaultValue(Duration.ofMillis(200))
            .withDescription(
                    "How long changes of one key of an output are gathered before their net effect is handed on."
                            + " Joins replace a row in several steps; what is gathered never shows in the targets."
                            + " In a file that sums up groups of one table, those of a group are gathered before its sums are asked.");

    static final ConfigOption<Integer> BUNDLE_ROWS = ConfigOptions.key("sql.bundle-rows")
            .intType()
            .defaultValue(10_000)
            .withDescription("The most changes a subtask gathers before it hands them on early.");

    static final ConfigOption<RemovedFile> ON_REMOVED_FILE = ConfigOptions.key("sql.on-removed-file")
            .enumType(RemovedFile.class)
            .defaultValue(RemovedFile.KEEP)
            .withDescription(
                    "What becomes of the table of a SQL file that a resumed job has in its state and that is gone. keep leaves"
                            + " its rows in the targets, delete empties it there, in one commit, and both give up what the state"
                            + " has of it; fail refuses to start.");

    /** What becomes of the table of a SQL file that is gone. */
    public enum RemovedFile {
        KEEP("keep"),
        DELETE("delete"),
        FAIL("fail");

        private final String spelled;

        RemovedFile(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private final @Nullable String directory;
    private final List<String> entries;
    private final NamePatterns passThrough;
    private final Map<String, String> functions;
    private final Map<String, FunctionArguments> functionArguments;
    private final List<String> functionJars;
    private final List<Lookup> lookups;
    private final Duration bundleInterval;
    private final int bundleRows;
    private final RemovedFile onRemovedFile;

    private QuerySettings(
            Given given,
            Map<String, String> functions,
            Map<String, FunctionArguments> functionArguments,
            List<Lookup> lookups) {
        this.directory = given.find(DIRECTORY);
        this.entries = List.copyOf(given.get(PASS_THROUGH));
        this.passThrough = NamePatterns.of(entries);
        this.functions = new TreeMap<>(functions);
        this.functionArguments = new TreeMap<>(functionArguments);
        this.functionJars = List.copyOf(given.get(FUNCTION_JARS));
        this.lookups = List.copyOf(lookups);
        this.bundleInterval = given.get(BUNDLE_INTERVAL);
        this.bundleRows = given.get(BUNDLE_ROWS);
        this.onRemovedFile = given.get(ON_REMOVED_FILE);
    }

    private QuerySettings(QuerySettings other, List<Lookup> lookups) {
        this.directory = other.directory;
        this.entries = other.entries;
        this.passThrough = other.passThrough;
        this.functions = other.functions;
        this.functionArguments = other.functionArguments;
        this.functionJars = other.functionJars;
        this.lookups = List.copyOf(lookups);
        this.bundleInterval = other.bundleInterval;
        this.bundleRows = other.bundleRows;
        this.onRemovedFile = other.onRemovedFile;
    }

    /** The same settings with rows that are given for lookup tables, by their names, in place of those of their databases. */
    QuerySettings sampling(Map<String, List<byte[]>> rows) {
        return new QuerySettings(
                this,
                lookups.stream()
                        .map(lookup -> lookup.sampled(rows.getOrDefault(lookup.name(), List.of())))
                        .collect(Collectors.toList()));
    }

    public static QuerySettings from(Given given) {
        Map<String, String> functions = new TreeMap<>();
        for (String name : given.names(FUNCTION.key())) {
            functions.put(name, given.named(FUNCTION.key(), name).required(FUNCTION, "name the function's class"));
        }
        Map<String, FunctionArguments> functionArguments = new TreeMap<>();
        for (String name : given.names(FUNCTION_ARGUMENTS.key())) {
            functionArguments.put(name, arguments(given.named(FUNCTION_ARGUMENTS.key(), name)));
        }
        Patience patience = Patience.from(given);
        List<Lookup> lookups = new ArrayList<>();
        for (String name : given.names(Lookup.PLACE)) {
            lookups.add(Lookup.from(name, given.named(Lookup.PLACE, name), patience));
        }
        given.atLeast(Duration.ZERO, BUNDLE_INTERVAL);
        given.atLeast(1, BUNDLE_ROWS);
        return new QuerySettings(given, functions, functionArguments, lookups);
    }

    private static FunctionArguments arguments(Given given) {
        List<Secret> values = new ArrayList<>();
        List<String> texts = given.find(FUNCTION_ARGUMENTS);
        for (String text : texts == null ? List.<String>of() : texts) {
            Secret value = given.valueOrSecret(FUNCTION_ARGUMENTS, text);
            if (value != null) {
                values.add(value);
            }
        }
        return new FunctionArguments(values);
    }

    public static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options = new ArrayList<>(List.of(
                DIRECTORY,
                PASS_THROUGH,
                FUNCTION,
                FUNCTION_ARGUMENTS,
                FUNCTION_JARS,
                ON_REMOVED_FILE,
                BUNDLE_INTERVAL,
                BUNDLE_ROWS));
        options.addAll(Lookup.options());
        return List.copyOf(options);
    }

    /** Source tables that go to the targets as they are. */
    public NamePatterns passThrough() {
        return passThrough;
    }

    /**
     * The tables that the pipeline makes: those that pass through, patterns and what they leave out included as
     * {@link NamePatterns} takes them, and one for each SQL file. Reads the files.
     */
    public Set<String> outputs(Problems problems) {
        Set<String> outputs = new TreeSet<>(entries);
        outputs.addAll(made(problems));
        return outputs;
    }

    /** The tables that the SQL files make. Reads the files. */
    public Set<String> made(Problems problems) {
        return SqlDirectory.read(directory, problems).stream()
                .map(SqlFile::table)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The SELECTs with their headers, as they are written, by the tables that they make. Reads the files. */
    public Map<String, String> texts(Problems problems) {
        Map<String, String> texts = new TreeMap<>();
        SqlDirectory.read(directory, problems).forEach(file -> texts.put(file.table(), file.text()));
        return texts;
    }

    /** What the lookup tables are called in SQL. */
    public Set<String> lookupNames() {
        return lookups.stream().map(Lookup::name).collect(Collectors.toSet());
    }

    /** Null if there are no SQL files. */
    public @Nullable String directory() {
        return directory;
    }

    /** SQL name to class name. */
    Map<String, String> functions() {
        return functions;
    }

    /** By the names of the functions as they are written. */
    Map<String, FunctionArguments> functionArguments() {
        return functionArguments;
    }

    /** Where they lie, as it is written. */
    List<String> functionJars() {
        return functionJars;
    }

    List<Lookup> lookups() {
        return lookups;
    }

    Duration bundleInterval() {
        return bundleInterval;
    }

    int bundleRows() {
        return bundleRows;
    }

    public RemovedFile onRemovedFile() {
        return onRemovedFile;
    }

    /** What a resumed job does with the tables of files that are gone, in a sentence; null if they stay as they are. */
    public @Nullable String removal() {
        switch (onRemovedFile) {
            case DELETE:
                return "a job that is resumed empties the tables of SQL files that were removed since its state was written ("
                        + ON_REMOVED_FILE.key() + ": " + onRemovedFile + ")";
            case FAIL:
                return "a job whose state has SQL files that were removed since is not resumed ("
                        + ON_REMOVED_FILE.key() + ": " + onRemovedFile + ")";
            case KEEP:
            default:
                return null;
        }
    }
}
