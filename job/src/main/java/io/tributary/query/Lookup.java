package io.tributary.query;

import io.tributary.settings.Patience;
import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.jdbc.internal.options.InternalJdbcConnectionOptions;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.lookup.LookupOptions;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;
import org.jspecify.annotations.Nullable;

/**
 * A dimension table in another database, for lookup joins ({@code FOR SYSTEM_TIME AS OF}): asked over JDBC row by row,
 * with a cache. Prints without its password.
 */
final class Lookup {

    static final String PREFIX = "sql.lookup.";

    /** A column as the settings declare it: a name and a Flink SQL type. */
    static final class ColumnSetting {
        private final String name;
        private final LogicalType type;

        private ColumnSetting(String name, LogicalType type) {
            this.name = name;
            this.type = type;
        }

        /** Fails with the reason if it is none. */
        static ColumnSetting parse(String column) {
            String[] parts = column.strip().split("\\s+", 2);
            if (parts.length < 2) {
                throw new ValidationException("it has no type");
            }
            LogicalType type = LogicalTypeParser.parse(parts[1], Lookup.class.getClassLoader());
            if (type.is(LogicalTypeRoot.UNRESOLVED)) {
                throw new ValidationException("there is no type " + parts[1]);
            }
            return new ColumnSetting(parts[0], type);
        }

        String name() {
            return name;
        }

        LogicalType type() {
            return type;
        }
    }

    /** In seconds: without them a connection that died in silence is waited for as long as the kernel likes. */
    private static final Map<String, String> TIMEOUTS =
            Map.of("connectTimeout", "10", "socketTimeout", "60", "tcpKeepAlive", "true");

    private final String name;
    private final String table;
    private final String url;
    private final @Nullable String username;
    private final @Nullable Secret password;
    private final List<String> columns;
    private final long cacheRows;
    private final Duration cacheTtl;
    private final Patience patience;

    private Lookup(String name, Configuration configuration, @Nullable Secret password) {
        this.name = name;
        this.table = configuration.getOptional(table(name)).orElse(name);
        this.url = configuration.get(url(name));
        this.username = configuration.get(username(name));
        this.password = password;
        this.columns = List.copyOf(configuration.get(columns(name)));
        this.cacheRows = configuration.get(cacheRows(name));
        this.cacheTtl = configuration.get(cacheTtl(name));
        this.patience = Patience.from(configuration);
    }

    /** Null, and problems, if something is missing or wrong. */
    static @Nullable Lookup from(String name, Configuration configuration, Secrets secrets, Problems problems) {
        int before = problems.sentences().size();
        String url = configuration.get(url(name));
        if (url == null || !url.startsWith("jdbc:")) {
            problems.add(url(name).key() + " has to be a JDBC URL, as jdbc:postgresql://host:5432/database");
        } else if (url.toLowerCase(Locale.ROOT).contains("password=")) {
            problems.add(url(name).key() + " holds a password; give a reference to it as "
                    + password(name).key());
        }
        List<String> columns = configuration.get(columns(name));
        if (columns.isEmpty()) {
            problems.add(columns(name).key()
                    + " is missing; list the columns with their types, as [id BIGINT, name STRING]");
        }
        for (String column : columns) {
            checkColumn(columns(name).key(), column, problems);
        }
        String reference = configuration.get(password(name));
        Secret secret =
                reference == null ? null : secrets.resolve(password(name).key(), reference, problems);
        return problems.sentences().size() == before ? new Lookup(name, configuration, secret) : null;
    }

    private static void checkColumn(String key, String column, Problems problems) {
        try {
            ColumnSetting.parse(column);
        } catch (ValidationException e) {
            problems.add(
                    key + ": '" + column + "' is not a name and a Flink SQL type, as 'id BIGINT': " + e.getMessage());
        }
    }

    static List<ConfigOption<?>> options(String name) {
        return List.of(
                url(name), username(name), password(name), table(name), columns(name), cacheRows(name), cacheTtl(name));
    }

    String name() {
        return name;
    }

    /** As the settings name it. */
    String table() {
        return table;
    }

    /** The table, as it stands behind FROM. */
    String from() {
        return isPostgres() ? new PostgresNames().table(table) : table;
    }

    String columnsKey() {
        return columns(name).key();
    }

    List<ColumnSetting> columns() {
        return columns.stream().map(ColumnSetting::parse).collect(Collectors.toList());
    }

    TableDescriptor descriptor() {
        Schema.Builder schema = Schema.newBuilder();
        for (ColumnSetting column : columns()) {
            schema.column(column.name(), TypeConversions.fromLogicalToDataType(column.type()));
        }
        TableDescriptor.Builder descriptor =
                TableDescriptor.forConnector(StreamCatalog.CONNECTOR).schema(schema.build());
        if (cacheRows > 0) {
            descriptor
                    .option(LookupOptions.CACHE_TYPE, LookupOptions.LookupCacheType.PARTIAL)
                    .option(LookupOptions.PARTIAL_CACHE_MAX_ROWS, cacheRows)
                    .option(LookupOptions.PARTIAL_CACHE_EXPIRE_AFTER_WRITE, cacheTtl);
        }
        return descriptor.build();
    }

    /** How the database is reached. */
    InternalJdbcConnectionOptions connection() {
        InternalJdbcConnectionOptions.Builder builder = InternalJdbcConnectionOptions.builder()
                .setDBUrl(url)
                .setTableName(table)
                .setClassLoader(Lookup.class.getClassLoader());
        if (isPostgres()) {
            builder.setDialect(new PostgresNames());
            TIMEOUTS.forEach(builder::setProperty);
        }
        if (username != null) {
            builder.setUsername(username).setPassword(password == null ? "" : password.value());
        }
        return builder.build();
    }

    Patience patience() {
        return patience;
    }

    boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }

    private static ConfigOption<String> url(String name) {
        return ConfigOptions.key(PREFIX + name + ".url")
                .stringType()
                .noDefaultValue()
                .withDescription("JDBC URL of the database that holds the lookup table.");
    }

    private static ConfigOption<String> username(String name) {
        return ConfigOptions.key(PREFIX + name + ".username")
                .stringType()
                .noDefaultValue()
                .withDescription("User for that database.");
    }

    private static ConfigOption<String> password(String name) {
        return ConfigOptions.key(PREFIX + name + ".password")
                .stringType()
                .noDefaultValue()
                .withDescription("Reference to the user's password: env:NAME, file:/path or secretsmanager:id#key.");
    }

    private static ConfigOption<String> table(String name) {
        return ConfigOptions.key(PREFIX + name + ".table")
                .stringType()
                .noDefaultValue()
                .withDescription("The table there, as schema.table if need be; by default it has the lookup's name.");
    }

    private static ConfigOption<List<String>> columns(String name) {
        return ConfigOptions.key(PREFIX + name + ".columns")
                .stringType()
                .asList()
                .defaultValues()
                .withDescription(
                        "The columns that the SQL may read, each a name and a Flink SQL type: [id BIGINT, name STRING].");
    }

    private static ConfigOption<Long> cacheRows(String name) {
        return ConfigOptions.key(PREFIX + name + ".cache-rows")
                .longType()
                .defaultValue(10_000L)
                .withDescription("Rows kept in each subtask's cache; 0 asks the database for every row.");
    }

    private static ConfigOption<Duration> cacheTtl(String name) {
        return ConfigOptions.key(PREFIX + name + ".cache-ttl")
                .durationType()
                .defaultValue(Duration.ofMinutes(1))
                .withDescription("How old a cached row may become.");
    }

    @Override
    public String toString() {
        return name + " columns " + columns;
    }
}
