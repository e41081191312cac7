package io.tributary.sink.iceberg;

import io.tributary.settings.CloudWatch;
import io.tributary.settings.Given;
import io.tributary.settings.LibraryProperties;
import io.tributary.settings.Patience;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where the Iceberg tables are and how they are written.
 *
 * <p>Catalog properties are handed to Iceberg as they are, whatever the catalog. Those that hold a secret are references;
 * others may be. A secret among the properties of a table is written into the table's metadata, as Iceberg does with all
 * of them.
 */
public final class IcebergSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<Map<String, String>> CATALOG = ConfigOptions.key("iceberg.catalog")
            .mapType()
            .noDefaultValue()
            .withDescription("Properties of the Iceberg catalog, as Iceberg documents them: type (hadoop, jdbc, rest,"
                    + " glue, hive, nessie) or catalog-impl, uri, warehouse, io-impl and so on. Secrets"
                    + " among them are references, and others may be.");
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
            .withDescription("The number of subtasks that write files. By default as many as the stage before has, and"
                    + " chained to it, which is fastest; another number costs a shuffle by key.");
    static final ConfigOption<Integer> COMMIT_THREADS = ConfigOptions.key("iceberg.commit-threads")
            .intType()
            .defaultValue(4)
            .withDescription("How many tables are committed at the same time.");
    static final ConfigOption<Boolean> COMMIT_TOGETHER = ConfigOptions.key("iceberg.commit-together")
            .booleanType()
            .defaultValue(true)
            .withDescription(
                    "Whether a REST catalog that takes transactions of several tables is given all tables of a checkpoint in"
                            + " one, so that readers see all of its changes or none. Other catalogs get a commit for each table.");
    static final ConfigOption<Integer> KEYS_IN_MEMORY = ConfigOptions.key("iceberg.keys-in-memory")
            .intType()
            .defaultValue(1_000_000)
            .withDescription(
                    "How many keys the writers of a subtask remember between two checkpoints, at about 60 bytes"
                            + " each. There is one for the tables that pass through and one for each SQL file, with equal"
                            + " shares. Beyond its share a writer starts new files, which become a snapshot of their own in the same commit.");
    static final ConfigOption<Integer> OPEN_FILES = ConfigOptions.key("iceberg.open-files")
            .intType()
            .defaultValue(64)
            .withDescription("How many data files a writer keeps open for one table, one per partition. Beyond that it"
                    + " closes the file that it has not written to for the longest time.");
    static final ConfigOption<MemorySize> SMALL_ROWS = ConfigOptions.key("iceberg.small-rows")
            .memoryType()
            .defaultValue(new MemorySize(16 << 10))
            .withDescription(
                    "Up to how many bytes of rows a writer hands to the committer between two checkpoints, of each table, so that"
                            + " the rows of all writers become one file; beyond that each writes its own. They are in the"
                            + " checkpoint until they are committed. With 0 all rows go into files of the writers.");
    public static final ConfigOption<String> VERSION_COLUMN = ConfigOptions.key("iceberg.version-column")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The name of a column that each table gets beside its own, with the version of the row: 32"
                            + " hexadecimal digits, the same as in the warehouse, that sort as text. By default there is none.");
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
    static final ConfigOption<Duration> KEEP_CHANGES = ConfigOptions.key("tables.<table>.iceberg.keep-changes")
            .durationType()
            .noDefaultValue()
            .withDescription(
                    "For how long the changes of a table that passes through are kept in a table of their own, <table>_changes, a row for"
                            + " each: what happened, its position, when the source committed it, and the row. By days, so up to a"
                            + " day longer. By default they are not kept.");

    static final ConfigOption<LostRows> ON_LOST_ROWS = ConfigOptions.key("iceberg.on-lost-rows")
            .enumType(LostRows.class)
            .defaultValue(LostRows.FILL)
            .withDescription(
                    "What a resumed job does about a table of which somebody else has deleted rows, or which was rolled back or"
                            + " replaced. fill gives it all rows again, and refuses to go on where the job has no way to these;"
                            + " keep leaves it as it is. A table that was dropped or lost its history is filled in any case.");

    static final ConfigOption<Deletes> DELETES = ConfigOptions.key("iceberg.deletes")
            .enumType(Deletes.class)
            .defaultValue(Deletes.POSITIONS)
            .withDescription(
                    "How rows are deleted. positions names each by its file and its place there, which the job keeps"
                            + " in some 12 bytes for each key: one small file for each partition"
                            + " and commit, which engines apply at little cost. equality names each by its key: readers look for"
                            + " them, and some engines refuse such tables. vectors is as positions, and makes"
                            + " tables of format version 3, in which each file has its deleted rows in one vector, for engines that"
                            + " read these. positions and vectors fall back to keys for rows whose places are not"
                            + " known, or were changed by somebody else. With iceberg.write-parallelism it is equality"
                            + " unless something else is set.");

    /** What a resumed job does about a table that does not have the rows that were committed to it. */
    enum LostRows {
        FILL("fill"),
        KEEP("keep");

        private final String spelled;

        LostRows(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private static final String CHANGES = "_changes";

    private final Configuration values;
    private final LibraryProperties catalog;
    private final LibraryProperties hadoop;
    private final LibraryProperties tableProperties;
    private final TreeMap<String, LibraryProperties> propertiesByTable = new TreeMap<>();
    private final TreeMap<String, List<String>> partitionBy = new TreeMap<>();
    private final TreeMap<String, Duration> keepChanges = new TreeMap<>();
    private final Patience patience;
    private final CloudWatch cloudWatch;
    private final Deletes deletes;
    private final MaintenanceSettings maintenance;

    private IcebergSettings(Given given) {
        values = given.values(options());
        catalog = given.properties(CATALOG);
        hadoop = given.properties(HADOOP);
        tableProperties = given.properties(TABLE_PROPERTIES);
        patience = Patience.from(given);
        cloudWatch = CloudWatch.from(given);
        // Places need writers that are chained; who has asked for others before there were places goes on as before.
        deletes = given.has(WRITE_PARALLELISM) && !given.has(DELETES) ? Deletes.EQUALITY : values.get(DELETES);
        maintenance = MaintenanceSettings.from(given);
        for (String table : given.tables()) {
            Given ofTable = given.table(table);
            propertiesByTable.put(table, ofTable.properties(PROPERTIES));
            Duration kept = ofTable.find(KEEP_CHANGES);
            if (kept != null) {
                keepChanges.put(table, kept);
            }
            List<String> fields = ofTable.find(PARTITION_BY);
            if (fields != null) {
                partitionBy.put(table, PartitionBy.split(fields));
            }
        }
    }

    public static IcebergSettings from(Given given) {
        IcebergSettings settings = new IcebergSettings(given);
        if (!settings.catalog.contains("type") && !settings.catalog.contains("catalog-impl")) {
            given.problem(
                    CATALOG,
                    ".type is not set: write hadoop, jdbc, rest, glue or hive, or a class name as"
                            + " iceberg.catalog.catalog-impl");
        }
        if (given.has(VERSION_COLUMN) && given.get(VERSION_COLUMN).isBlank()) {
            given.problem(VERSION_COLUMN, " is empty: give the column a name, as _version, or take it out");
        }
        for (ConfigOption<Integer> option : List.of(WRITE_PARALLELISM, COMMIT_THREADS, KEYS_IN_MEMORY, OPEN_FILES)) {
            given.atLeast(1, option);
        }
        if (settings.maintenance.interval() != null && CheckpointCommits.areWanted(settings)) {
            given.problem(
                    MaintenanceSettings.INTERVAL,
                    " is set, and the tables are committed in one transaction, between which none of them is tended: set"
                            + " iceberg.commit-together to false, or leave out the former");
        }
        if (settings.keepsPlaces() && settings.writeParallelism() != null) {
            given.problems()
                    .add(DELETES.key() + " is " + settings.deletes()
                            + ", for which writers have to be chained to what makes" + " the rows: leave out "
                            + WRITE_PARALLELISM.key() + ", or set the former to equality");
        }
        String format = settings.tableProperties.asMap().get(TableProperties.FORMAT_VERSION);
        if (settings.deletes() == Deletes.VECTORS && format != null && !format.equals("3")) {
            given.problems()
                    .add(TABLE_PROPERTIES.key() + "." + TableProperties.FORMAT_VERSION + " is " + format + ", and "
                            + DELETES.key()
                            + " is vectors, of which such tables take none: leave out the former, or set"
                            + " the latter to positions");
        }
        return settings;
    }

    public static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> all = new ArrayList<>(own());
        all.addAll(MaintenanceSettings.all());
        return all;
    }

    private static List<ConfigOption<?>> own() {
        return List.of(
                CATALOG,
                CATALOG_NAME,
                NAMESPACE,
                BRANCH,
                TABLE_PROPERTIES,
                HADOOP,
                WRITE_PARALLELISM,
                COMMIT_THREADS,
                COMMIT_TOGETHER,
                KEYS_IN_MEMORY,
                OPEN_FILES,
                SMALL_ROWS,
                DELETES,
                ON_LOST_ROWS,
                VERSION_COLUMN,
                PARTITION_BY,
                PROPERTIES,
                KEEP_CHANGES);
    }

    MaintenanceSettings maintenance() {
        return maintenance;
    }

    String catalogName() {
        return values.get(CATALOG_NAME);
    }

    /** With the secrets in it: for Iceberg only. */
    Map<String, String> catalogProperties() {
        return catalog.asMap();
    }

    LibraryProperties catalog() {
        return catalog;
    }

    LibraryProperties hadoopProperties() {
        return hadoop;
    }

    /** The text, with every secret in it replaced by its reference. */
    String redact(String text) {
        return hadoop.redact(catalog.redact(text));
    }

    Patience patience() {
        return patience;
    }

    CloudWatch cloudWatch() {
        return cloudWatch;
    }

    /** With the secrets in it: for Hadoop only. */
    Map<String, String> hadoop() {
        return hadoop.asMap();
    }

    String namespace() {
        return values.get(NAMESPACE);
    }

    String branch() {
        return values.get(BRANCH);
    }

    /** The properties a table is made with. */
    Map<String, String> tableProperties(String table) {
        Map<String, String> all = new TreeMap<>(tableProperties.asMap());
        LibraryProperties own = propertiesByTable.get(table);
        if (own != null) {
            all.putAll(own.asMap());
        }
        return all;
    }

    /** Null if the settings say nothing about it. */
    @Nullable
    List<String> partitionBy(String table) {
        List<String> byDay = changesAreKept(table) == null ? null : List.of("days(" + ChangesTables.COMMITTED + ")");
        return partitionBy.getOrDefault(table, byDay);
    }

    /** The tables whose changes are kept. */
    Set<String> tablesWithChanges() {
        return keepChanges.keySet();
    }

    /** The name of the table of another's changes. */
    static String changesOf(String table) {
        return table + CHANGES;
    }

    /** For how long they are kept in the table; null if it is none of changes. */
    @Nullable
    Duration changesAreKept(String table) {
        return table.endsWith(CHANGES) ? keepChanges.get(table.substring(0, table.length() - CHANGES.length())) : null;
    }

    /** Null if there is none. */
    public @Nullable String versionColumn() {
        return values.get(VERSION_COLUMN);
    }

    @Nullable
    Integer writeParallelism() {
        return values.get(WRITE_PARALLELISM);
    }

    int commitThreads() {
        return values.get(COMMIT_THREADS);
    }

    boolean commitsTogether() {
        return values.get(COMMIT_TOGETHER);
    }

    int keysInMemory() {
        return values.get(KEYS_IN_MEMORY);
    }

    Deletes deletes() {
        return deletes;
    }

    /** Whether the job is to keep the places of its rows. */
    public boolean keepsPlaces() {
        return deletes() != Deletes.EQUALITY;
    }

    boolean fillsLostRows() {
        return values.get(ON_LOST_ROWS) == LostRows.FILL;
    }

    WriteLimits writeLimits() {
        return new WriteLimits(values.get(OPEN_FILES), values.get(SMALL_ROWS).getBytes());
    }

    @Override
    public String toString() {
        return "Iceberg catalog " + catalogName() + " " + catalog + ", namespace " + namespace() + ", branch "
                + branch();
    }
}
