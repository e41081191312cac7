package io.tributary.sink.iceberg;

import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Where the Iceberg tables are and how they are written.
 *
 * <p>Catalog properties are handed to Iceberg as they are, whatever the catalog. Those that hold a secret are references;
 * others may be.
 */
public final class IcebergSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<Map<String, String>> CATALOG = ConfigOptions.key("iceberg.catalog")
            .mapType()
            .noDefaultValue()
            .withDescription("Properties of the Iceberg catalog, as Iceberg documents them: type (hadoop, jdbc, rest,"
                    + " glue, hive, nessie) or catalog-impl, uri, warehouse, io-impl and so on. Passwords, tokens and"
                    + " keys are references to secrets.");
    static final ConfigOption<String> CATALOG_NAME = ConfigOptions.key("iceberg.catalog-name")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The catalog's name. A JDBC catalog stores it with each table: its readers have to use the"
                    + " same name.");
    static final ConfigOption<String> NAMESPACE = ConfigOptions.key("iceberg.namespace")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The namespace of all tables, its levels separated by dots. It is made if it is missing.");
    static final ConfigOption<String> BRANCH = ConfigOptions.key("iceberg.branch")
            .stringType()
            .defaultValue("main")
            .withDescription("The branch of each table that is written.");
    static final ConfigOption<Map<String, String>> TABLE_PROPERTIES = ConfigOptions.key("iceberg.table-properties")
            .mapType()
            .defaultValue(Map.of())
            .withDescription("Iceberg table properties given to every table when it is made.");
    static final ConfigOption<Map<String, String>> HADOOP = ConfigOptions.key("iceberg.hadoop")
            .mapType()
            .defaultValue(Map.of())
            .withDescription("Hadoop configuration for catalogs and file systems that need one.");
    static final ConfigOption<Integer> WRITE_PARALLELISM = ConfigOptions.key("iceberg.write-parallelism")
            .intType()
            .noDefaultValue()
            .withDescription("Writers of files. By default as many as the stage before has, chained to it, which is the"
                    + " fastest; another number costs a shuffle by key.");
    static final ConfigOption<Integer> COMMIT_THREADS = ConfigOptions.key("iceberg.commit-threads")
            .intType()
            .defaultValue(4)
            .withDescription("Tables that are committed at the same time.");
    static final ConfigOption<Integer> KEYS_IN_MEMORY = ConfigOptions.key("iceberg.keys-in-memory")
            .intType()
            .defaultValue(1_000_000)
            .withDescription("Keys a writer remembers between two checkpoints, at about 60 bytes each. When there are"
                    + " more it starts new files, which become a snapshot of their own in the same commit.");
    static final ConfigOption<Integer> OPEN_FILES = ConfigOptions.key("iceberg.open-files")
            .intType()
            .defaultValue(64)
            .withDescription("Data files a writer keeps open for one table, one a partition. When there are more, the"
                    + " file that was not written to for the longest time is finished.");
    static final ConfigOption<List<String>> PARTITION_BY = ConfigOptions.key("tables.<table>.iceberg.partition-by")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("The partition fields of the table: column, years(column), months(column), days(column),"
                    + " hours(column), bucket(16, column), truncate(4, column).");
    static final ConfigOption<Map<String, String>> PROPERTIES = ConfigOptions.key("tables.<table>.iceberg.properties")
            .mapType()
            .defaultValue(Map.of())
            .withDescription("Iceberg table properties given to this table when it is made.");

    private static final List<String> SECRET_ENDINGS = List.of(
            "password",
            "secret",
            "token",
            "credential",
            "credentials",
            "authorization",
            "secret-access-key",
            "account.key",
            "private-key");

    private final String catalogName;
    private final Map<String, String> catalog;
    private final Map<String, Secret> secrets;
    private final Map<String, String> hadoop;
    private final String namespace;
    private final String branch;
    private final Map<String, String> tableProperties;
    private final Map<String, Map<String, String>> propertiesByTable;
    private final Map<String, List<String>> partitionBy;
    private final @Nullable Integer writeParallelism;
    private final int commitThreads;
    private final int keysInMemory;
    private final int openFiles;

    private IcebergSettings(Configuration configuration, Secrets references, Problems problems) {
        catalogName = configuration.get(CATALOG_NAME);
        catalog = new TreeMap<>();
        secrets = new TreeMap<>();
        checkMaps(configuration, problems);
        under(CATALOG.key() + ".", configuration).forEach((name, value) -> {
            String key = CATALOG.key() + "." + name;
            if (!holdsSecret(name) && !value.startsWith("env:") && !value.startsWith("secretsmanager:")) {
                catalog.put(name, value);
                return;
            }
            Secret secret = references.resolve(key, value, problems);
            if (secret != null) {
                secrets.put(name, secret);
            }
        });
        if (!catalog.containsKey("type") && !catalog.containsKey("catalog-impl")) {
            problems.add("iceberg.catalog.type is not set: write hadoop, jdbc, rest, glue or hive,"
                    + " or a class name as iceberg.catalog.catalog-impl");
        }
        hadoop = under(HADOOP.key() + ".", configuration);
        namespace = configuration.get(NAMESPACE);
        branch = configuration.get(BRANCH);
        tableProperties = under(TABLE_PROPERTIES.key() + ".", configuration);
        propertiesByTable = new TreeMap<>();
        partitionBy = new TreeMap<>();
        readTables(configuration);
        writeParallelism = configuration.getOptional(WRITE_PARALLELISM).orElse(null);
        commitThreads = atLeastOne(COMMIT_THREADS, configuration, problems);
        keysInMemory = atLeastOne(KEYS_IN_MEMORY, configuration, problems);
        openFiles = atLeastOne(OPEN_FILES, configuration, problems);
        if (writeParallelism != null && writeParallelism < 1) {
            problems.add(WRITE_PARALLELISM.key() + " is " + writeParallelism + ": write 1 or more, or leave it out");
        }
    }

    /** True if there is any setting of this stage. */
    public static boolean wanted(Configuration configuration) {
        return configuration.keySet().stream().anyMatch(key -> key.startsWith("iceberg."));
    }

    public static IcebergSettings from(Configuration configuration, Secrets secrets, Problems problems) {
        return new IcebergSettings(configuration, secrets, problems);
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                CATALOG,
                CATALOG_NAME,
                NAMESPACE,
                BRANCH,
                TABLE_PROPERTIES,
                HADOOP,
                WRITE_PARALLELISM,
                COMMIT_THREADS,
                KEYS_IN_MEMORY,
                OPEN_FILES,
                PARTITION_BY,
                PROPERTIES);
    }

    private void readTables(Configuration configuration) {
        String partitionEnd = ".iceberg.partition-by";
        String propertiesPart = ".iceberg.properties.";
        for (Map.Entry<String, String> entry : under("tables.", configuration).entrySet()) {
            String key = entry.getKey();
            int properties = key.indexOf(propertiesPart);
            if (key.endsWith(partitionEnd)) {
                List<String> fields = configuration.get(
                        ConfigOptions.key("tables." + key).stringType().asList().defaultValues());
                partitionBy.put(key.substring(0, key.length() - partitionEnd.length()), PartitionBy.split(fields));
            } else if (properties > 0) {
                propertiesByTable
                        .computeIfAbsent(key.substring(0, properties), table -> new TreeMap<>())
                        .put(key.substring(properties + propertiesPart.length()), entry.getValue());
            }
        }
    }

    private static void checkMaps(Configuration configuration, Problems problems) {
        List<String> maps = List.of(CATALOG.key(), HADOOP.key(), TABLE_PROPERTIES.key());
        for (String key : new TreeSet<>(configuration.keySet())) {
            if (maps.contains(key) || (key.startsWith("tables.") && key.endsWith(".iceberg.properties"))) {
                problems.add(key + " has no value of its own: write each property under it, as " + key + ".<name>");
            }
        }
    }

    private static Map<String, String> under(String prefix, Configuration configuration) {
        Map<String, String> found = new TreeMap<>();
        configuration.toMap().forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }

    private static int atLeastOne(ConfigOption<Integer> option, Configuration configuration, Problems problems) {
        int value = configuration.get(option);
        if (value < 1) {
            problems.add(option.key() + " is " + value + ": write 1 or more");
        }
        return value;
    }

    private static boolean holdsSecret(String property) {
        String lower = property.toLowerCase(Locale.ROOT);
        return SECRET_ENDINGS.stream().anyMatch(lower::endsWith) || lower.contains("sas-token");
    }

    String catalogName() {
        return catalogName;
    }

    /** With the secrets in it: for Iceberg only. */
    Map<String, String> catalogProperties() {
        Map<String, String> all = new HashMap<>(catalog);
        secrets.forEach((name, secret) -> all.put(name, secret.value()));
        return all;
    }

    /** The text, with every secret in it replaced by its reference. */
    String redact(String text) {
        String safe = text;
        for (Secret secret : secrets.values()) {
            safe = secret.value().isEmpty() ? safe : safe.replace(secret.value(), secret.toString());
        }
        return safe;
    }

    Map<String, String> hadoop() {
        return hadoop;
    }

    String namespace() {
        return namespace;
    }

    String branch() {
        return branch;
    }

    /** The properties a table is made with. */
    Map<String, String> tableProperties(String table) {
        Map<String, String> all = new HashMap<>(tableProperties);
        all.putAll(propertiesByTable.getOrDefault(table, Map.of()));
        return all;
    }

    /** Null if the settings say nothing about it. */
    @Nullable
    List<String> partitionBy(String table) {
        return partitionBy.get(table);
    }

    @Nullable
    Integer writeParallelism() {
        return writeParallelism;
    }

    int commitThreads() {
        return commitThreads;
    }

    int keysInMemory() {
        return keysInMemory;
    }

    int openFiles() {
        return openFiles;
    }

    @Override
    public String toString() {
        List<String> names = new ArrayList<>(catalog.keySet());
        names.addAll(secrets.keySet());
        return "Iceberg catalog " + catalogName + " " + names + ", namespace " + namespace + ", branch " + branch;
    }
}
