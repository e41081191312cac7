package io.tributary.aws;

import io.tributary.query.QuerySettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** The job's settings file, and what of it the deployment has to know. */
final class GivenSettings {

    private static final String SOURCES = "sources.";
    private static final String SECRETS_MANAGER = "secretsmanager:";

    private final Configuration configuration;

    private GivenSettings(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Fails with what keeps the file from being read. */
    static GivenSettings read(String location) {
        Problems problems = new Problems();
        Configuration configuration = new Configuration();
        try {
            configuration = SettingsFile.read(location, problems);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("The settings in " + location + " cannot be read: " + e);
        }
        problems.throwIfAny();
        return new GivenSettings(configuration);
    }

    /** All of it by dotted keys, lists as Flink writes them. */
    Map<String, String> all() {
        return new TreeMap<>(configuration.toMap());
    }

    boolean has(String key) {
        return configuration.containsKey(key);
    }

    /** Whether there is any key below this one. */
    boolean reads(String system) {
        return configuration.keySet().stream().anyMatch(key -> key.startsWith(system + "."));
    }

    /** The databases of PostgreSQL that the job reads, the one without a name first. */
    List<ReadDatabase> databases() {
        TreeSet<String> names = new TreeSet<>();
        configuration.keySet().stream()
                .filter(key -> key.startsWith(SOURCES))
                .map(key -> key.substring(SOURCES.length()).split("[.]", 2)[0])
                .forEach(names::add);
        // What stands under postgres without tables is what the sources have in common.
        if (has("postgres.tables") || (names.isEmpty() && reads("postgres"))) {
            names.add("");
        }
        return names.stream().map(name -> ReadDatabase.of(this, name)).collect(Collectors.toList());
    }

    /** Whether the server that {@code postgres} names is logged in to by a token of IAM. */
    boolean isIam() {
        return ReadDatabase.of(this, "").isIam();
    }

    /** Whether records come into the warehouse in files, of any table. */
    boolean isLoadedByFiles() {
        return configuration.keySet().stream().anyMatch(key -> isLoad(key) && !isStream(key));
    }

    /** Whether they come through a stream, of any table. */
    boolean isLoadedByStream() {
        return !text("redshift.load", "stream").equalsIgnoreCase("files")
                || configuration.keySet().stream()
                        .anyMatch(key -> isLoad(key) && !text(key, "").equalsIgnoreCase("files"));
    }

    private static boolean isLoad(String key) {
        return key.equals("redshift.load") || (key.startsWith("tables.") && key.endsWith(".redshift.load"));
    }

    private boolean isStream(String key) {
        return text(key, "").equalsIgnoreCase("stream");
    }

    String text(String key, String standard) {
        return configuration.getString(key, standard);
    }

    boolean truth(String key, boolean standard) {
        return configuration.get(ConfigOptions.key(key).booleanType().defaultValue(standard));
    }

    List<String> list(String key) {
        return configuration.get(ConfigOptions.key(key).stringType().asList().defaultValues());
    }

    /** The tables that the pipeline makes: those that pass through, and those of its SQL files. */
    Set<String> outputs(Problems problems) {
        if (text("sql.directory", "").contains("://")) {
            problems.add("sql.directory has to be a local folder, for the merges to know which tables its files make");
            return Set.of();
        }
        // No secret is read: none decides which tables there are.
        Secrets none = new Secrets(name -> "", name -> "");
        return QuerySettings.from(Given.of(configuration, none, problems)).outputs(problems);
    }

    /** How often the job makes a checkpoint on a cluster, and so here. */
    Duration checkpointInterval() {
        return configuration.get(ConfigOptions.key("flink.execution.checkpointing.interval")
                .durationType()
                .defaultValue(Duration.ofMinutes(1)));
    }

    /** Ids or ARNs of the secrets that these settings refer to. */
    static Set<String> secrets(Map<String, String> settings) {
        return settings.values().stream()
                .filter(value -> value.startsWith(SECRETS_MANAGER))
                .map(value -> value.substring(SECRETS_MANAGER.length()).split("#", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
