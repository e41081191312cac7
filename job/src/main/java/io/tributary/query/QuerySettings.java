package io.tributary.query;

import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
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
            .withDescription("Source tables that go to the targets unchanged, without a SQL file.");

    static final String FUNCTIONS = "sql.functions.";

    static final ConfigOption<Duration> BUNDLE_INTERVAL = ConfigOptions.key("sql.bundle-interval")
            .durationType()
            .defaultValue(Duration.ofMillis(200))
            .withDescription(
                    "How long changes of one key of an output are gathered before their net effect is handed on."
                            + " Joins replace a row in several steps; what is gathered never shows in the targets.");

    static final ConfigOption<Integer> BUNDLE_ROWS = ConfigOptions.key("sql.bundle-rows")
            .intType()
            .defaultValue(10_000)
            .withDescription("The most changes a subtask gathers before it hands them on early.");

    private final @Nullable String directory;
    private final List<String> passThrough;
    private final Map<String, String> functions;
    private final List<Lookup> lookups;
    private final Duration bundleInterval;
    private final int bundleRows;

    private QuerySettings(Configuration configuration, List<Lookup> lookups) {
        this.directory = configuration.get(DIRECTORY);
        this.passThrough = List.copyOf(configuration.get(PASS_THROUGH));
        this.functions = new TreeMap<>();
        for (String key : configuration.keySet()) {
            if (key.startsWith(FUNCTIONS)) {
                String name = key.substring(FUNCTIONS.length());
                functions.put(name, configuration.get(function(name)));
            }
        }
        this.lookups = List.copyOf(lookups);
        this.bundleInterval = configuration.get(BUNDLE_INTERVAL);
        this.bundleRows = configuration.get(BUNDLE_ROWS);
    }

    public static QuerySettings from(Configuration configuration, Secrets secrets, Problems problems) {
        TreeSet<String> names = new TreeSet<>();
        for (String key : configuration.keySet()) {
            if (key.startsWith(Lookup.PREFIX)) {
                names.add(key.substring(Lookup.PREFIX.length()).split("\\.", 2)[0]);
            }
        }
        List<Lookup> lookups = new ArrayList<>();
        for (String name : names) {
            Lookup lookup = Lookup.from(name, configuration, secrets, problems);
            if (lookup != null) {
                lookups.add(lookup);
            }
        }
        QuerySettings settings = new QuerySettings(configuration, lookups);
        if (settings.bundleInterval.isNegative()) {
            problems.add(BUNDLE_INTERVAL.key() + " is negative; give a duration such as 200 ms");
        }
        if (settings.bundleRows < 1) {
            problems.add(BUNDLE_ROWS.key() + " is " + settings.bundleRows + "; it has to be 1 or more");
        }
        return settings;
    }

    public static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options =
                new ArrayList<>(List.of(DIRECTORY, PASS_THROUGH, function("<name>"), BUNDLE_INTERVAL, BUNDLE_ROWS));
        options.addAll(Lookup.options("<name>"));
        return List.copyOf(options);
    }

    private static ConfigOption<String> function(String name) {
        return ConfigOptions.key(FUNCTIONS + name)
                .stringType()
                .noDefaultValue()
                .withDescription(
                        "Class of the function that the SQL files call by this name. Functions that a jar names in"
                                + " META-INF/tributary/functions.properties need no setting.");
    }

    /** Source tables that go to the targets as they are. */
    public List<String> passThrough() {
        return passThrough;
    }

    /** The tables that the pipeline makes: those that pass through, and one for each SQL file. Reads the files. */
    public Set<String> outputs(Problems problems) {
        Set<String> outputs = new TreeSet<>(passThrough);
        SqlDirectory.read(directory, problems).forEach(file -> outputs.add(file.table()));
        return outputs;
    }

    /** Null if there are no SQL files. */
    @Nullable
    String directory() {
        return directory;
    }

    /** SQL name to class name. */
    Map<String, String> functions() {
        return functions;
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
}
