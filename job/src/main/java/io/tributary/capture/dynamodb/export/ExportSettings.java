package io.tributary.capture.dynamodb.export;

import io.tributary.settings.Problems;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Where the exports of which tables are, and what is to be done with them. */
public final class ExportSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final ConfigOption<String> LOCATION = ConfigOptions.key("dynamodb.exports.location")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Where exports of the tables to S3 are looked for, s3://bucket/prefix or a local folder: the"
                            + " folder in which AWSDynamoDB is. Without it only tables with a location of their own are"
                            + " loaded from exports.");

    static final ConfigOption<Duration> POLL_INTERVAL = ConfigOptions.key("dynamodb.exports.poll-interval")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription(
                    "How often new exports are looked for, and how long after a failure a file is tried again.");

    public static final ConfigOption<Duration> MAX_AGE = ConfigOptions.key("dynamodb.exports.max-age")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription(
                    "An export that is older is not loaded any more once the job has run for so long: rows that"
                            + " were deleted meanwhile could come back. Not longer than latest.tombstone-ttl.");

    public static final ConfigOption<List<String>> SKIP = ConfigOptions.key("dynamodb.exports.skip")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Names of exports (the folders in AWSDynamoDB) that are not loaded: for one that cannot be"
                    + " read and will not be mended.");

    static final ConfigOption<String> S3_ENDPOINT = ConfigOptions.key("dynamodb.exports.s3-endpoint")
            .stringType()
            .noDefaultValue()
            .withDescription("The address of S3, where it is not that of AWS. Its region is that of dynamodb.client;"
                    + " credentials are those that the AWS SDK finds by itself.");

    /** The region of the tables is that of their exports; {@code DynamoDbSettings} describes these keys. */
    private static final List<String> REGIONS =
            List.of("dynamodb.client.aws.region", "dynamodb.kinesis-client.aws.region");

    static final ConfigOption<String> TABLE_LOCATION = ConfigOptions.key("tables.<table>.dynamodb.exports")
            .stringType()
            .noDefaultValue()
            .withDescription("Where the exports of this table are, in place of dynamodb.exports.location; or"
                    + " <location>/AWSDynamoDB/<export> for one export alone.");

    static final ConfigOption<Boolean> REPLACE = ConfigOptions.key("tables.<table>.dynamodb.replace-by-full-export")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether rows that a full export of the table lacks disappear when it was loaded. For"
                    + " tables without a stream, and as a repair that knows of deletes.");

    private final List<ExportedTable> tables;
    private final Duration pollInterval;
    private final Duration maxAge;
    private final Set<String> skipped;

    private ExportSettings(List<ExportedTable> tables, Configuration given) {
        this.tables = List.copyOf(tables);
        this.pollInterval = given.get(POLL_INTERVAL);
        this.maxAge = given.get(MAX_AGE);
        this.skipped = Set.copyOf(given.get(SKIP));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(LOCATION, POLL_INTERVAL, MAX_AGE, SKIP, S3_ENDPOINT, TABLE_LOCATION, REPLACE);
    }

    /**
     * @param sources the names of the tables in DynamoDB, by their names in the pipeline
     * @param isStreamed whether a stream brings the tables' changes besides
     */
    public static ExportSettings from(
            Configuration given, Map<String, String> sources, boolean isStreamed, Problems problems) {
        List<ExportedTable> tables = new ArrayList<>();
        sources.forEach((name, source) -> {
            String key = keyOf(TABLE_LOCATION, name);
            String own = given.getString(key, null);
            String location = own == null ? given.get(LOCATION) : own;
            if (location == null) {
                return;
            }
            boolean isReplaced = given.get(
                    ConfigOptions.key(keyOf(REPLACE, name)).booleanType().defaultValue(false));
            try {
                tables.add(ExportedTable.of(
                        name,
                        source,
                        ExportLocation.of(location, region(given), given.get(S3_ENDPOINT)),
                        isReplaced,
                        isStreamed));
            } catch (IllegalArgumentException e) {
                problems.add((own == null ? LOCATION.key() : key) + ": " + e.getMessage());
            }
        });
        positive(POLL_INTERVAL, given, problems);
        positive(MAX_AGE, given, problems);
        return new ExportSettings(tables, given);
    }

    private static @Nullable String region(Configuration given) {
        for (String key : REGIONS) {
            String region = given.getString(key, null);
            if (region != null) {
                return region;
            }
        }
        return null;
    }

    private static String keyOf(ConfigOption<?> option, String table) {
        return option.key().replace("<table>", table);
    }

    private static void positive(ConfigOption<Duration> option, Configuration given, Problems problems) {
        Duration value = given.get(option);
        if (value.isZero() || value.isNegative()) {
            problems.add(option.key() + " has to be longer than nothing, not " + value);
        }
    }

    /** Whether any table is loaded from exports. */
    public boolean isOn() {
        return !tables.isEmpty();
    }

    /** The names in the pipeline of the tables that are loaded from exports. */
    public Set<String> tableNames() {
        return tables.stream().map(ExportedTable::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    public List<ExportedTable> tables() {
        return tables;
    }

    @Nullable
    public ExportedTable table(String name) {
        for (ExportedTable table : tables) {
            if (table.name().equals(name)) {
                return table;
            }
        }
        return null;
    }

    public Duration pollInterval() {
        return pollInterval;
    }

    /** How long the job has to remember what was deleted. */
    public Duration maxAge() {
        return maxAge;
    }

    public boolean isSkipped(String export) {
        return skipped.contains(export);
    }
}
