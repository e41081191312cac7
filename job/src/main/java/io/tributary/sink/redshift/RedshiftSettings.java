package io.tributary.sink.redshift;

import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Where the warehouse is, how it is reached, how often it merges, and how its tables are laid out. */
public final class RedshiftSettings {

    static final ConfigOption<String> URL = ConfigOptions.key("redshift.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The warehouse, as in jdbc:redshift://host:5439/database. Without it there is none.");

    static final ConfigOption<String> USERNAME =
            ConfigOptions.key("redshift.username").stringType().noDefaultValue().withDescription("The user.");

    static final ConfigOption<String> PASSWORD = ConfigOptions.key("redshift.password")
            .stringType()
            .noDefaultValue()
            .withDescription("A reference to the user's password: env:NAME, file:/path or secretsmanager:id#key.");

    static final ConfigOption<String> SCHEMA = ConfigOptions.key("redshift.schema")
            .stringType()
            .defaultValue("public")
            .withDescription("The schema of the target tables and of all that keeps them up to date.");

    static final ConfigOption<WarehouseDialect> DIALECT = ConfigOptions.key("redshift.dialect")
            .enumType(WarehouseDialect.class)
            .defaultValue(WarehouseDialect.REDSHIFT)
            .withDescription("redshift, or postgres for the PostgreSQL that stands in for it on a laptop.");

    static final ConfigOption<String> IAM_ROLE = ConfigOptions.key("redshift.iam-role")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The ARN of the role by which Redshift reads the stream, or default for the cluster's own.");

    static final ConfigOption<String> STREAM = ConfigOptions.key("redshift.stream")
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
            .withDescription("How long the merges of what has landed are apart.");

    static final ConfigOption<Duration> TOMBSTONE_TTL = ConfigOptions.key("redshift.tombstone-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(7))
            .withDescription("How long the version of a deleted key is kept, so that an older record that lands late"
                    + " cannot bring the row back.");

    static final ConfigOption<Duration> LANDING_TTL = ConfigOptions.key("redshift.landing-ttl")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription("How long landed records are kept after they were merged.");

    /** The Kinesis sink's option, read here only to refuse it. */
    private static final ConfigOption<Boolean> STREAM_PER_TABLE =
            ConfigOptions.key("kinesis.stream-per-table").booleanType().defaultValue(false);

    static final ConfigOption<String> DISTRIBUTION_KEY = ConfigOptions.key("tables.<table>.redshift.distribution-key")
            .stringType()
            .noDefaultValue()
            .withDescription("The column that distributes the table's rows. By default Redshift chooses.");

    static final ConfigOption<List<String>> SORT_KEYS = ConfigOptions.key("tables.<table>.redshift.sort-keys")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The columns that sort the table's rows, in order. By default Redshift chooses.");

    private static final Pattern LAYOUT =
            Pattern.compile("tables\\.(.+)\\.redshift\\.(?:distribution-key|sort-keys).*");

    private final String url;
    private final @Nullable String username;
    private final @Nullable Secret password;
    private final String schema;
    private final WarehouseDialect dialect;
    private final String iamRole;
    private final String stream;
    private final boolean autoRefresh;
    private final Duration mergeInterval;
    private final Duration tombstoneTtl;
    private final Duration landingTtl;
    private final Map<String, TableLayout> layouts;

    private RedshiftSettings(
            Configuration configuration,
            String url,
            @Nullable String username,
            @Nullable Secret password,
            Map<String, TableLayout> layouts) {
        this.url = url;
        this.username = username;
        this.password = password;
        this.schema = configuration.get(SCHEMA);
        this.dialect = configuration.get(DIALECT);
        this.iamRole = configuration.getOptional(IAM_ROLE).orElse("");
        this.stream = configuration.getOptional(STREAM).orElse("");
        this.autoRefresh = configuration.get(AUTO_REFRESH);
        this.mergeInterval = configuration.get(MERGE_INTERVAL);
        this.tombstoneTtl = configuration.get(TOMBSTONE_TTL);
        this.landingTtl = configuration.get(LANDING_TTL);
        this.layouts = Map.copyOf(layouts);
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
                TOMBSTONE_TTL,
                LANDING_TTL,
                DISTRIBUTION_KEY,
                SORT_KEYS);
    }

    /** The settings of a warehouse that may not be there, see {@link #isEnabled()}. */
    public static RedshiftSettings from(Configuration configuration, Secrets secrets, Problems problems) {
        Configuration sound = new Configuration(configuration);
        for (ConfigOption<?> option : options()) {
            dropIfUnreadable(sound, option, problems);
        }
        String url = sound.getOptional(URL).orElse("");
        String username = sound.get(USERNAME);
        Secret password = null;
        if (url.isEmpty()) {
            requireNothingElse(sound, problems);
        } else {
            requireUrl(url, problems);
            password = password(sound, url, secrets, problems);
            requireStream(sound, problems);
            List.of(MERGE_INTERVAL, TOMBSTONE_TTL, LANDING_TTL)
                    .forEach(option -> requirePositive(sound, option, problems));
        }
        return new RedshiftSettings(sound, url, username, password, layouts(sound, problems));
    }

    /** Whether there is a warehouse at all. Without it nothing else here means anything. */
    public boolean isEnabled() {
        return !url.isEmpty();
    }

    public String url() {
        return url;
    }

    public @Nullable String username() {
        return username;
    }

    @Nullable
    Secret password() {
        return password;
    }

    public String schema() {
        return schema;
    }

    public WarehouseDialect dialect() {
        return dialect;
    }

    /** Empty for the stand-in. */
    String iamRole() {
        return iamRole;
    }

    /** Empty for the stand-in, whose feeder is told by itself. */
    public String stream() {
        return stream;
    }

    boolean autoRefresh() {
        return autoRefresh;
    }

    public Duration mergeInterval() {
        return mergeInterval;
    }

    Duration tombstoneTtl() {
        return tombstoneTtl;
    }

    Duration landingTtl() {
        return landingTtl;
    }

    /** How the table with this name in the pipeline is laid out. */
    TableLayout layout(String table) {
        return layouts.getOrDefault(table, TableLayout.AUTO);
    }

    /** The tables whose layout the settings name. */
    Map<String, TableLayout> layouts() {
        return layouts;
    }

    private static void dropIfUnreadable(Configuration configuration, ConfigOption<?> option, Problems problems) {
        try {
            configuration.getOptional(option);
        } catch (RuntimeException e) {
            problems.add(option.key() + " cannot be read: " + e.getMessage());
            configuration.removeConfig(option);
        }
    }

    private static void requireNothingElse(Configuration configuration, Problems problems) {
        List<String> others = configuration.keySet().stream()
                .filter(key -> key.startsWith("redshift."))
                .sorted()
                .collect(Collectors.toList());
        if (!others.isEmpty()) {
            problems.add("redshift.url is missing, but " + String.join(", ", others)
                    + " is set: name the warehouse, or take the redshift settings out");
        }
    }

    private static void requireUrl(String url, Problems problems) {
        if (!url.startsWith("jdbc:redshift:")) {
            problems.add("redshift.url has to be like jdbc:redshift://host:5439/database, also for the stand-in");
        }
        if (url.toLowerCase(Locale.ROOT).contains("password=")
                || url.toLowerCase(Locale.ROOT).contains("pwd=")) {
            problems.add("redshift.url must not hold a password: write a reference to it into redshift.password");
        }
    }

    private static @Nullable Secret password(
            Configuration configuration, String url, Secrets secrets, Problems problems) {
        boolean iam = url.startsWith("jdbc:redshift:iam:");
        if (!iam && configuration.get(USERNAME) == null) {
            problems.add("redshift.username is missing");
        }
        String reference = configuration.get(PASSWORD);
        if (reference != null) {
            return secrets.resolve(PASSWORD.key(), reference, problems);
        }
        if (!iam) {
            problems.add("redshift.password is missing: write env:NAME, file:/path or secretsmanager:id#key");
        }
        return null;
    }

    private static void requireStream(Configuration configuration, Problems problems) {
        if (configuration.get(STREAM_PER_TABLE)) {
            problems.add("kinesis.stream-per-table has to be false where there is a redshift.url: the warehouse lands"
                    + " all tables from one stream");
        }
        if (configuration.get(DIALECT) != WarehouseDialect.REDSHIFT) {
            return;
        }
        if (configuration.get(IAM_ROLE) == null) {
            problems.add("redshift.iam-role is missing: the ARN of a role that Redshift may assume and that may read"
                    + " the stream, or default");
        }
        if (configuration.get(STREAM) == null) {
            problems.add("redshift.stream is missing: the name of the Kinesis stream to land");
        }
    }

    private static void requirePositive(Configuration configuration, ConfigOption<Duration> option, Problems problems) {
        Duration value = configuration.get(option);
        if (value.toSeconds() < 1) {
            problems.add(option.key() + " has to be a second or longer, not " + value.toMillis() + " ms");
        }
    }

    private static Map<String, TableLayout> layouts(Configuration configuration, Problems problems) {
        Map<String, TableLayout> layouts = new LinkedHashMap<>();
        for (String key : configuration.keySet()) {
            Matcher matcher = LAYOUT.matcher(key);
            if (!matcher.matches()) {
                continue;
            }
            String table = matcher.group(1);
            String prefix = "tables." + table + ".redshift.";
            try {
                layouts.put(
                        table,
                        TableLayout.of(
                                configuration
                                        .getOptional(ConfigOptions.key(prefix + "distribution-key")
                                                .stringType()
                                                .noDefaultValue())
                                        .map(WarehouseNames::lower)
                                        .orElse(null),
                                configuration
                                        .getOptional(ConfigOptions.key(prefix + "sort-keys")
                                                .stringType()
                                                .asList()
                                                .noDefaultValue())
                                        .orElse(List.of())
                                        .stream()
                                        .map(WarehouseNames::lower)
                                        .collect(Collectors.toList())));
            } catch (RuntimeException e) {
                problems.add(key + " cannot be read: " + e.getMessage());
            }
        }
        return layouts;
    }
}
