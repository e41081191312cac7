package io.tributary.query;

import io.tributary.settings.Given;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Patience;
import io.tributary.settings.Secret;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.connector.jdbc.core.table.source.JdbcRowDataLookupFunction;
import org.apache.flink.connector.jdbc.internal.options.InternalJdbcConnectionOptions;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.lookup.LookupOptions;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;
import org.jspecify.annotations.Nullable;

/**
 * A dimension table in another database, for lookup joins ({@code FOR SYSTEM_TIME AS OF}): asked over JDBC row by row,
 * with a cache. Prints without its password.
 */
final class Lookup implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Where a lookup's name stands in keys. */
    static final String PLACE = "sql.lookup.<name>";

    private static final ConfigOption<String> URL = ConfigOptions.key("sql.lookup.<name>.url")
            .stringType()
            .noDefaultValue()
            .withDescription("JDBC URL of the database that holds the lookup table, without a password.");

    private static final ConfigOption<String> USERNAME = ConfigOptions.key("sql.lookup.<name>.username")
            .stringType()
            .noDefaultValue()
            .withDescription("User for that database.");

    private static final ConfigOption<String> PASSWORD = ConfigOptions.key("sql.lookup.<name>.password")
            .stringType()
            .noDefaultValue()
            .withDescription("Reference to the user's password: env:NAME, file:/path or secretsmanager:id#key.");

    private static final ConfigOption<String> TABLE = ConfigOptions.key("sql.lookup.<name>.table")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The table in that database, as schema.table if need be; by default the lookup's name. A name with a"
                            + " point in it stands in double quotes.");

    private static final ConfigOption<List<String>> COLUMNS = ConfigOptions.key("sql.lookup.<name>.columns")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription(
                    "The columns that the SQL may read, each a name and a Flink SQL type: [id BIGINT, name STRING]. A"
                            + " name with a space in it stands in double quotes.");

    private static final ConfigOption<Long> CACHE_ROWS = ConfigOptions.key("sql.lookup.<name>.cache-rows")
            .longType()
            .defaultValue(10_000L)
            .withDescription("Rows kept in each subtask's cache; 0 asks the database for every row.");

    private static final ConfigOption<Duration> CACHE_TTL = ConfigOptions.key("sql.lookup.<name>.cache-ttl")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("How old a cached row may become.");

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
            NameAndRest parts = NameAndRest.of(column.strip(), "\\s+");
            String typeName = parts.rest();
            if (typeName == null) {
                throw new ValidationException("it has no type");
            }
            LogicalType type = LogicalTypeParser.parse(typeName, Lookup.class.getClassLoader());
            if (type.is(LogicalTypeRoot.UNRESOLVED)) {
                throw new ValidationException("there is no type " + typeName);
            }
            return new ColumnSetting(parts.name(), type);
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
    private final @Nullable ArrayList<byte[]> samples;

    private Lookup(String name, Given given, String url, Patience patience) {
        this.name = name;
        this.url = url;
        String givenTable = given.find(TABLE);
        this.table = givenTable == null ? name : givenTable;
        this.username = given.find(USERNAME);
        this.password = given.secret(PASSWORD);
        this.columns = List.copyOf(given.get(COLUMNS));
        this.cacheRows = given.get(CACHE_ROWS);
        this.cacheTtl = given.get(CACHE_TTL);
        this.patience = patience;
        this.samples = null;
    }

    private Lookup(Lookup other, List<byte[]> samples) {
        this.name = other.name;
        this.url = other.url;
        this.table = other.table;
        this.username = other.username;
        this.password = other.password;
        this.columns = other.columns;
        this.cacheRows = 0;
        this.cacheTtl = other.cacheTtl;
        this.patience = other.patience;
        this.samples = new ArrayList<>(samples);
    }

    /**
     * @param given what is said of this lookup
     */
    static Lookup from(String name, Given given, Patience patience) {
        String url = given.required(URL, "give a JDBC URL, as jdbc:postgresql://host:5432/database");
        if (!url.isEmpty() && !url.startsWith("jdbc:")) {
            given.problem(URL, " has to be a JDBC URL, as jdbc:postgresql://host:5432/database");
        }
        List<String> columns = given.get(COLUMNS);
        if (columns.isEmpty()) {
            given.problem(COLUMNS, " is missing; list the columns with their types, as [id BIGINT, name STRING]");
        }
        columns.forEach(column -> checkColumn(column, given));
        given.atLeast(0L, CACHE_ROWS);
        given.atLeast(Duration.ofMillis(1), CACHE_TTL);
        return new Lookup(name, given, url, patience);
    }

    private static void checkColumn(String column, Given given) {
        try {
            ColumnSetting.parse(column);
        } catch (ValidationException e) {
            given.problem(
                    COLUMNS,
                    ": '" + column + "' is not a name and a Flink SQL type, as 'id BIGINT': " + e.getMessage());
        }
    }

    static List<ConfigOption<?>> options() {
        return List.of(URL, USERNAME, PASSWORD, TABLE, COLUMNS, CACHE_ROWS, CACHE_TTL);
    }

    String name() {
        return name;
    }

    /**
     * The same table with rows that are given, in place of those of its database.
     *
     * @param rows as {@link io.tributary.change.BinaryRows} has them, with all columns
     */
    Lookup sampled(List<byte[]> rows) {
        return new Lookup(this, rows);
    }

    /** Null if the database has the rows. */
    @Nullable
    List<byte[]> samples() {
        return samples;
    }

    RowType rowType() {
        List<ColumnSetting> all = columns();
        return RowType.of(
                all.stream().map(ColumnSetting::type).toArray(LogicalType[]::new),
                all.stream().map(ColumnSetting::name).toArray(String[]::new));
    }

    /** As the settings name it. */
    String table() {
        return table;
    }

    /** The table, as it stands behind FROM. */
    String from() {
        return isPostgres() ? PostgresNames.of(List.of()).table(table) : table;
    }

    String columnsKey() {
        return NamedKey.of(COLUMNS.key(), name);
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

    /** How the database is reached, with the password as it is at this moment: for one connection. */
    InternalJdbcConnectionOptions connection() {
        return connection(List.of());
    }

    private InternalJdbcConnectionOptions connection(List<String> read) {
        InternalJdbcConnectionOptions.Builder builder = InternalJdbcConnectionOptions.builder()
                .setDBUrl(url)
                .setTableName(table)
                .setClassLoader(Lookup.class.getClassLoader());
        if (isPostgres()) {
            builder.setDialect(PostgresNames.of(read));
            TIMEOUTS.forEach(builder::setProperty);
        }
        if (username != null) {
            builder.setUsername(username).setPassword(password == null ? "" : password.anew());
        }
        return builder.build();
    }

    /** Flink's own lookup over one connection, which is made when it is opened. */
    LookupFunction rows(DataType projected, String[] key) {
        List<String> read = DataType.getFieldNames(projected);
        UnaryOperator<String> name = isPostgres() ? PostgresNames.of(read)::placeholder : UnaryOperator.identity();
        return new JdbcRowDataLookupFunction(
                connection(read),
                0,
                read.stream().map(name).toArray(String[]::new),
                DataType.getFieldDataTypes(projected).toArray(new DataType[0]),
                Arrays.stream(key).map(name).toArray(String[]::new),
                (RowType) projected.getLogicalType(),
                List.of(),
                new Serializable[0]);
    }

    Patience patience() {
        return patience;
    }

    boolean isPostgres() {
        return url.startsWith("jdbc:postgresql:");
    }

    @Override
    public String toString() {
        return name + " columns " + columns;
    }
}
