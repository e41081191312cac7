package io.tributary.capture.dynamodb.export;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.settings.Given;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** Where the exports of which tables are, and what is to be done with them. */
public final class ExportSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final ConfigOption<String> LOCATION = ConfigOptions.key("dynamodb.exports.location")
            .stringType()
            .noDefaultValue()
            .withDescription("Where to look for the tables' exports to S3, s3://bucket/prefix or a local folder: the"
                    + " folder that contains AWSDynamoDB. Without it only tables with a location of their own"
                    + " are loaded from exports.");

    static final ConfigOption<Duration> POLL_INTERVAL = ConfigOptions.key("dynamodb.exports.poll-interval")
            .durationType()
            .defaultValue(Duration.ofMinutes(1))
            .withDescription("How often the job looks for new exports, and how long after a failure it tries a file"
                    + " again.");

    public static final ConfigOption<Duration> MAX_AGE = ConfigOptions.key("dynamodb.exports.max-age")
            .durationType()
            .defaultValue(Duration.ofDays(1))
            .withDescription(
                    "How old an export may be that is loaded, once the job has run for that long: with an older one,"
                            + " rows that were deleted meanwhile could come back. Not longer than"
                            + " latest.tombstone-ttl.");

    public static final ConfigOption<List<String>> SKIP = ConfigOptions.key("dynamodb.exports.skip")
            .stringType()
            .asList()
            .defaultValues()
            .withDescription("Names of exports (the folders in AWSDynamoDB) that are not loaded: for one that cannot be"
                    + " read and will not be mended.");

    static final ConfigOption<String> S3_ENDPOINT = ConfigOptions.key("dynamodb.exports.s3-endpoint")
            .stringType()
            .noDefaultValue()
            .withDescription("The address of S3, if it is not that of AWS. Its region is that of dynamodb.client;"
                    + " credentials are those that the AWS SDK finds by itself.");

    static final ConfigOption<String> TABLE_LOCATION = ConfigOptions.key("tables.<table>.dynamodb.exports")
            .stringType()
            .noDefaultValue()
            .withDescription("Where the exports of this table are, in place of dynamodb.exports.location; or"
                    + " <location>/AWSDynamoDB/<export> for one export alone.");

    static final ConfigOption<Boolean> REPLACE = ConfigOptions.key("tables.<table>.dynamodb.replace-by-full-export")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether rows that a full export of the table lacks disappear once it is loaded. For"
                    + " tables without a stream, and as a repair that includes deletes.");

    private final List<ExportedTable> tables;
    private final Duration pollInterval;
    private final Duration maxAge;
    private final Set<String> skipped;

    private ExportSettings(List<ExportedTable> tables, Given given) {
        this.tables = List.copyOf(tables);
        this.pollInterval = given.get(POLL_INTERVAL);
        this.maxAge = given.get(MAX_AGE);
        this.skipped = Set.copyOf(given.get(SKIP));
    }

    public static List<ConfigOption<?>> options() {
        return List.of(LOCATION, POLL_INTERVAL, MAX_AGE, SKIP, S3_ENDPOINT, TABLE_LOCATION, REPLACE);
    }

    /**
     * @param dynamoDb the tables that may have exports, and whether a stream brings their changes besides
     */
    public static ExportSettings from(Given given, DynamoDbSettings dynamoDb) {
        List<ExportedTable> tables = new ArrayList<>();
        dynamoDb.sources().forEach((name, source) -> {
            Given ofTable = given.table(name);
            String own = ofTable.find(TABLE_LOCATION);
            String location = own == null ? given.find(LOCATION) : own;
            if (location == null) {
                return;
            }
            try {
                tables.add(ExportedTable.of(
                        name,
                        source,
                        ExportLocation.of(location, dynamoDb.region(), given.find(S3_ENDPOINT)),
                        ofTable.get(REPLACE),
                        dynamoDb.isStreamed()));
            } catch (IllegalArgumentException e) {
                (own == null ? given : ofTable).problem(own == null ? LOCATION : TABLE_LOCATION, ": " + e.getMessage());
            }
        });
        given.atLeast(Duration.ofMillis(1), POLL_INTERVAL);
        given.atLeast(Duration.ofMillis(1), MAX_AGE);
        return new ExportSettings(tables, given);
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
