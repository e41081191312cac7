package io.tributary.sink.redshift;

import io.tributary.load.LoadSettings;
import io.tributary.settings.Given;
import io.tributary.settings.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Where the warehouse is, how it is reached, how often it merges, and how its tables are laid out. */
public final class RedshiftSettings {

    public static final ConfigOption<String> URL = ConfigOptions.key("redshift.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The warehouse's address: jdbc:redshift://host:5439/database, or"
                    + " jdbc:redshift:iam://host:5439/database for a user and password that AWS hands out. Without it"
                    + " there is no warehouse.");

    static final ConfigOption<String> USERNAME = ConfigOptions.key("redshift.username")
            .stringType()
            .noDefaultValue()
            .withDescription("The user. By IAM it may be left out: the user is that of the role.");

    static final ConfigOption<String> PASSWORD = ConfigOptions.key("redshift.password")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "A reference to the user's password: env:NAME, file:/path or secretsmanager:id#key. Not needed by IAM.");

    static final ConfigOption<String> SCHEMA = ConfigOptions.key("redshift.schema")
            .stringType()
            .defaultValue("public")
            .withDescription("The schema of the target tables and of everything that keeps them up to date.");

    static final ConfigOption<WarehouseDialect> DIALECT = ConfigOptions.key("redshift.dialect")
            .enumType(WarehouseDialect.class)
            .defaultValue(WarehouseDialect.REDSHIFT)
            .withDescription("redshift, or postgres for the PostgreSQL that stands in for it on a laptop.");

    static final ConfigOption<String> IAM_ROLE = ConfigOptions.key("redshift.iam-role")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The ARN of the role by which Redshift reads the stream, or default for the cluster's own.");

    public static final ConfigOption<String> STREAM = ConfigOptions.key("redshift.stream")
            .stringType()
            .noDefaultValue()
            .withDescription("The Kinesis stream that is landed; by default the one the job writes to.");

    static final ConfigOption<Boolean> AUTO_REFRESH = ConfigOptions.key("redshift.auto-refresh")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether Redshift refreshes the landing view by itself. Otherwise every merge does.");

    static final ConfigOption<Duration> MERGE_INTERVAL = ConfigOptions.key("redshift.merge-interval")
            .durationType()
            .defaultValue(Duration.ofSeconds(5))
            .withDescription("The interval between two merges of what has landed, while something lands.");

    static final ConfigOption<Duration> MERGE_INTERVAL_IDLE = ConfigOptions.key("redshift.merge-interval-idle")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("The longest interval between two looks at a stream in which nothing lands: the interval"
                    + " doubles up to this one with each look that finds nothing. A warehouse without a server can"
                    + " pause if it is long; the first record after a pause waits for as long.");

    static final ConfigOption<Duration> STATEMENT_TIMEOUT = ConfigOptions.key("redshift.statement-timeout")
            .durationType()
            .defaultValue(Duration.ofHours(1))
            .withDescription(
                    "How long a statement of a merge, or of a change of a table's shape, may take, its wait for"
                            + " a lock included. Then it is rolled back, the table's status says so, the other tables go on, and"
                            + " the next round tries again. Raise it where tables are large or much has landed.");

    static final ConfigOption<Integer> CONNECTIONS = ConfigOptions.key("redshift.connections")
            .intType()
            .defaultValue(2)
            .withDescription(
                    "How many tables are merged or altered at once, each on a connection beside the one of the rounds. A"
                            + " table that waits for a lock keeps one of them. Above 2, have the database's isolation level be snapshot:"
                            + " where it is serializable, merges at one time are in each other's way.");

    static final ConfigOption<Duration> STREAM_RETENTION = ConfigOptions.key("redshift.stream-retention")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How long the stream keeps its records. If the landing was not refreshed for longer, all"
                    + " tables are marked as having a gap.");

    public static final ConfigOption<OnGap> ON_GAP = ConfigOptions.key("redshift.on-gap")
            .enumType(OnGap.class)
            .defaultValue(OnGap.MARK)
            .withDescription("What becomes of a table that has lost records on their way, or its target: mark says so"
                    + " until redshift reload fills it again; reload has redshift merge do that by itself.");

    static final ConfigOption<Duration> TOMBSTONE_TTL = ConfigOptions.key("redshift.tombstone-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(7))
            .withDescription("How long the version of a deleted key is kept, so that an older record that lands late"
                    + " cannot bring the row back.");

    static final ConfigOption<Duration> LANDING_TTL = ConfigOptions.key("redshift.landing-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How long landed records are kept after they have been merged.");

    static final ConfigOption<Deletes> DELETES = ConfigOptions.key("redshift.deletes")
            .enumType(Deletes.class)
            .defaultValue(Deletes.HARD)
            .withDescription(
                    "What becomes of rows that their source deletes: hard, they go; soft, they stay as they were last, with"
                            + " _deleted true and in _deleted_at when the warehouse was told.");

    static final ConfigOption<Deletes> DELETES_OF_TABLE = ConfigOptions.key("tables.<table>.redshift.deletes")
            .enumType(Deletes.class)
            .noDefaultValue()
            .withDescription("As redshift.deletes, for one table.");

    static final ConfigOption<String> DISTRIBUTION_KEY = ConfigOptions.key("tables.<table>.redshift.distribution-key")
            .stringType()
            .noDefaultValue()
            .withDescription("The column that distributes the table's rows. By default the first of its key.");

    static final ConfigOption<List<String>> SORT_KEYS = ConfigOptions.key("tables.<table>.redshift.sort-keys")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The columns that sort the table's rows, in order. By default those of its key.");

    static final ConfigOption<Map<String, String>> VARCHAR = ConfigOptions.key("tables.<table>.redshift.varchar")
            .mapType()
            .noDefaultValue()
            .withDescription(
                    "How many bytes columns of text hold that are made, in place of 65535: redshift.varchar.code: 36. A"
                            + " character has up to 4. A column is lengthened before a value comes that is longer. Those of the key hold 65535.");

    /** As many as statements run at once in a queue of Redshift. */
    private static final int MOST_CONNECTIONS = 50;

    private final Configuration values;
    private final String url;
    private final @Nullable Secret password;
    private final Map<String, TableLayout> layouts;
    private final Map<String, Deletes> deletes;
    private final LoadSettings loads;
    private final Map<String, Map<String, Integer>> widths;

    private RedshiftSettings(
            Configuration values,
            String url,
            @Nullable Secret password,
            Map<String, TableLayout> layouts,
            Map<String, Deletes> deletes,
            LoadSettings loads,
            Map<String, Map<String, Integer>> widths) {
        this.values = values;
        this.url = url;
        this.password = password;
        this.layouts = Map.copyOf(layouts);
        this.deletes = Map.copyOf(deletes);
        this.loads = loads;
        this.widths = Map.copyOf(widths);
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                URL,
                USERNAME,
                PASSWORD,
                SCHEMA,
                DIALECT,
                IAM_ROLE,
                STREAM,
                AUTO_REFRESH,
                MERGE_INTERVAL,
                MERGE_INTERVAL_IDLE,
                STATEMENT_TIMEOUT,
                CONNECTIONS,
                STREAM_RETENTION,
                ON_GAP,
                TOMBSTONE_TTL,
                LANDING_TTL,
                DELETES,
                DELETES_OF_TABLE,
                DISTRIBUTION_KEY,
                SORT_KEYS,
                VARCHAR);
    }

    /** The settings of a warehouse that may not be there, see {@link #isEnabled()}. */
    public static RedshiftSettings from(Given given) {
        LoadSettings loads = LoadSettings.from(given);
        String url = given.find(URL);
        Secret password = null;
        if (given.has(URL)) {
            checkUrl(url == null ? "" : url, given);
            password = given.secret(PASSWORD);
            checkLogin(isByRole(url), given);
            checkStream(given, loads);
            checkFiles(given, loads);
            for (ConfigOption<Duration> option :
                    List.of(MERGE_INTERVAL, STATEMENT_TIMEOUT, STREAM_RETENTION, TOMBSTONE_TTL, LANDING_TTL)) {
                given.atLeast(Duration.ofSeconds(1), option);
            }
            checkIdle(given);
            checkConnections(given);
        } else {
            requireNothingElse(given);
        }
        return new RedshiftSettings(
                given.values(ofWarehouse()),
                url == null ? "" : url,
                password,
                layouts(given),
                deletes(given),
                loads,
                widths(given));
    }

    private static void checkUrl(String url, Given given) {
        if (!url.startsWith("jdbc:redshift:")) {
            given.problem(URL, " has to be like jdbc:redshift://host:5439/database, also for the stand-in");
        }
    }

    private static void checkLogin(boolean isByRole, Given given) {
        if (isByRole) {
            return;
        }
        given.required(USERNAME, "");
        if (!given.has(PASSWORD)) {
            given.problem(PASSWORD, " is missing: write env:NAME, file:/path or secretsmanager:id#key");
        }
    }

    /** Where it is not set, a longer interval between merges is the one between idle looks, too. */
    private static void checkIdle(Given given) {
        if (given.has(MERGE_INTERVAL_IDLE) && given.get(MERGE_INTERVAL_IDLE).compareTo(given.get(MERGE_INTERVAL)) < 0) {
            given.problem(MERGE_INTERVAL_IDLE, " is less than " + MERGE_INTERVAL.key() + ": write as much or more");
        }
    }

    private static void checkConnections(Given given) {
        int connections = given.get(CONNECTIONS);
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            given.problem(CONNECTIONS, " is " + connections + ": write 1 to " + MOST_CONNECTIONS);
        }
    }

    private static void checkFiles(Given given, LoadSettings loads) {
        if (given.get(DIALECT) == WarehouseDialect.REDSHIFT && loads.isByFiles() && loads.isLocal()) {
            given.problem(LoadSettings.LOCATION, " is a folder, and Redshift copies from S3: write s3://bucket/prefix");
        }
    }

    private static void checkStream(Given given, LoadSettings loads) {
        if (given.get(DIALECT) != WarehouseDialect.REDSHIFT) {
            return;
        }
        if (!given.has(IAM_ROLE)) {
            given.problem(
                    IAM_ROLE,
                    " is missing: the ARN of a role that Redshift may assume and that may read the "
                            + (loads.isStreamed() ? "stream" : "files") + ", or default");
        }
        if (!given.has(STREAM) && loads.isStreamed()) {
            given.problem(STREAM, " is missing: the name of the Kinesis stream to land");
        }
    }

    private static void requireNothingElse(Given given) {
        String others = ofWarehouse().stream()
                .filter(given::has)
                .map(ConfigOption::key)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            given.problem(
                    URL,
                    " is missing, but " + others + " is set: name the warehouse, or take the redshift settings out");
        }
    }

    private static Map<String, TableLayout> layouts(Given given) {
        Map<String, TableLayout> layouts = new LinkedHashMap<>();
        for (String table : given.tables()) {
            Given ofTable = given.table(table);
            String distributionKey = ofTable.find(DISTRIBUTION_KEY);
            List<String> sortKeys = ofTable.find(SORT_KEYS);
            if (distributionKey != null || sortKeys != null) {
                layouts.put(
                        table,
                        TableLayout.of(
                                distributionKey == null ? null : WarehouseNames.lower(distributionKey),
                                sortKeys == null
                                        ? List.of()
                                        : sortKeys.stream()
                                                .map(WarehouseNames::lower)
                                                .collect(Collectors.toList())));
            }
        }
        return layouts;
    }

    private static Map<String, Deletes> deletes(Given given) {
        Map<String, Deletes> deletes = new HashMap<>();
        for (String table : given.tables()) {
            Deletes ofTable = given.table(table).find(DELETES_OF_TABLE);
            if (ofTable != null) {
                deletes.put(table, ofTable);
            }
        }
        return deletes;
    }

    private static Map<String, Map<String, Integer>> widths(Given given) {
        Map<String, Map<String, Integer>> widths = new LinkedHashMap<>();
        for (String table : given.tables()) {
            Given ofTable = given.table(table);
            Map<String, Integer> ofColumns = new LinkedHashMap<>();
            for (Map.Entry<String, String> column : ofTable.map(VARCHAR).entrySet()) {
                String bytes = column.getValue().strip();
                if (!bytes.matches("[0-9]{1,5}")
                        || Integer.parseInt(bytes) < 1
                        || Integer.parseInt(bytes) > WarehouseDialect.MAX_STRING_BYTES) {
                    ofTable.problem(
                            VARCHAR,
                            " has " + bytes + " for column " + column.getKey() + ": write 1 to "
                                    + WarehouseDialect.MAX_STRING_BYTES + " bytes");
                } else {
                    ofColumns.put(WarehouseNames.lower(column.getKey()), Integer.parseInt(bytes));
                }
            }
            widths.put(table, ofColumns);
        }
        return widths;
    }

    private static List<ConfigOption<?>> ofWarehouse() {
        return options().stream()
                .filter(option -> option.key().startsWith("redshift."))
                .collect(Collectors.toList());
    }

    /** Whether there is a warehouse at all. Without it nothing else here means anything. */
    public boolean isEnabled() {
        return !url.isEmpty();
    }

    public String url() {
        return url;
    }

    public @Nullable String username() {
        return values.get(USERNAME);
    }

    @Nullable
    Secret password() {
        return password;
    }

    /** Whether AWS is asked for the user and the password. */
    boolean isByRole() {
        return isByRole(url);
    }

    private static boolean isByRole(@Nullable String url) {
        return url != null && url.startsWith("jdbc:redshift:iam:");
    }

    /** To the warehouse, as its merges have it. */
    public Connection connect() throws SQLException {
        return new WarehouseConnector(this).open();
    }

    public String schema() {
        return values.get(SCHEMA);
    }

    public WarehouseDialect dialect() {
        return values.get(DIALECT);
    }

    /** Empty for the stand-in. */
    String iamRole() {
        return values.getOptional(IAM_ROLE).orElse("");
    }

    /** Empty for the stand-in, whose feeder is told by itself. */
    public String stream() {
        return values.getOptional(STREAM).orElse("");
    }

    /** Which way records come, also where there is no warehouse. */
    public LoadSettings loads() {
        return loads;
    }

    boolean autoRefresh() {
        return values.get(AUTO_REFRESH);
    }

    public Duration mergeInterval() {
        return values.get(MERGE_INTERVAL);
    }

    /** The longest interval while nothing lands. */
    Duration mergeIntervalIdle() {
        Duration idle = values.get(MERGE_INTERVAL_IDLE);
        return idle.compareTo(mergeInterval()) < 0 ? mergeInterval() : idle;
    }

    Duration statementTimeout() {
        return values.get(STATEMENT_TIMEOUT);
    }

    int connections() {
        return values.get(CONNECTIONS);
    }

    Duration streamRetention() {
        return values.get(STREAM_RETENTION);
    }

    public OnGap onGap() {
        return values.get(ON_GAP);
    }

    /** How rows of the table are deleted. */
    Deletions deletions(String table) {
        return new Deletions(values.get(TOMBSTONE_TTL), deletes.getOrDefault(table, values.get(DELETES)));
    }

    Duration landingTtl() {
        return values.get(LANDING_TTL);
    }

    /** How the table with this name in the pipeline is laid out. */
    TableLayout layout(String table) {
        return layouts.getOrDefault(table, TableLayout.AUTO);
    }

    /** The columns of text of this table that begin narrower than text may be, in lower case, with the bytes that they hold. */
    Map<String, Integer> widths(String table) {
        return widths.getOrDefault(table, Map.of());
    }

    /** The tables whose layout the settings name. */
    Map<String, TableLayout> layouts() {
        return layouts;
    }
}
