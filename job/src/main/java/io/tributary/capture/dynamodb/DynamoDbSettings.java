package io.tributary.capture.dynamodb;

import io.tributary.capture.ColumnSettings;
import io.tributary.change.TableName;
import io.tributary.settings.Given;
import io.tributary.settings.LibraryProperties;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.util.KinesisConfigUtil;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Which tables of DynamoDB to take from which Kinesis stream, and how. */
public final class DynamoDbSettings {

    public static final ConfigOption<String> STREAM = ConfigOptions.key("dynamodb.stream")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "The Kinesis data stream that carries the changes of the tables. It may carry those of other"
                            + " tables, too.");

    public static final ConfigOption<List<String>> TABLES = ConfigOptions.key("dynamodb.tables")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The tables to capture, as DynamoDB names them, or as name=alias. In the pipeline a table"
                    + " goes by its alias, or else by its name.");

    static final ConfigOption<StreamStart> START = ConfigOptions.key("dynamodb.start")
            .enumType(StreamStart.class)
            .defaultValue(StreamStart.TRIM_HORIZON)
            .withDescription("From where the stream is read when the job starts from nothing: its oldest record, the"
                    + " moment of the start, or dynamodb.start-timestamp.");

    static final ConfigOption<String> START_TIMESTAMP = ConfigOptions.key("dynamodb.start-timestamp")
            .stringType()
            .noDefaultValue()
            .withDescription("With dynamodb.start AT_TIMESTAMP, the moment from which the stream is read, such as"
                    + " 2030-01-31T12:00:00Z.");

    public static final ConfigOption<Unwanted> UNLISTED_TABLES = ConfigOptions.key("dynamodb.unlisted-tables")
            .enumType(Unwanted.class)
            .defaultValue(Unwanted.DEAD_LETTER)
            .withDescription("What becomes of a change of a table that is not in dynamodb.tables: a dead letter, or"
                    + " nothing.");

    public static final ConfigOption<Unwanted> OTHER_RECORDS = ConfigOptions.key("dynamodb.other-records")
            .enumType(Unwanted.class)
            .defaultValue(Unwanted.DEAD_LETTER)
            .withDescription("What becomes of JSON in the stream that is not a change of a DynamoDB table: a dead"
                    + " letter, or nothing. What is not JSON always becomes a dead letter.");

    public static final ConfigOption<Map<String, String>> KINESIS_CLIENT = ConfigOptions.key("dynamodb.kinesis-client")
            .mapType()
            .noDefaultValue()
            .withDescription("Settings of the stream's reader as flink-connector-kinesis names those of its consumer:"
                    + " dynamodb.kinesis-client.aws.region (needed), aws.endpoint, aws.credentials.provider,"
                    + " flink.shard.getrecords.intervalmillis, flink.stream.recordpublisher and so on. Secrets"
                    + " among them are references.");

    static final ConfigOption<Map<String, String>> CLIENT = ConfigOptions.key("dynamodb.client")
            .mapType()
            .noDefaultValue()
            .withDescription("Settings of the client that asks DynamoDB for the tables' keys: aws.region,"
                    + " aws.endpoint, aws.credentials.provider (AUTO or BASIC). What is not set is taken from"
                    + " dynamodb.kinesis-client, except the endpoint.");

    static final ConfigOption<List<String>> KEY = ConfigOptions.key("tables.<table>.dynamodb.key")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The table's key attributes, partition key first, whose types are given as"
                    + " tables.<table>.dynamodb.columns. Without it DynamoDB is asked for them.");

    static final ConfigOption<Map<String, String>> COLUMNS = ConfigOptions.key("tables.<table>.dynamodb.columns")
            .mapType()
            .noDefaultValue()
            .withDescription(
                    "The types of attributes, in place of those that are found from data: BOOLEAN, SMALLINT, INT,"
                            + " BIGINT, DECIMAL(precision, scale), DOUBLE, STRING, BYTES or JSON. A declared type never changes; a value"
                            + " that does not fit becomes a dead letter.");

    static final ConfigOption<List<String>> FLATTEN = ConfigOptions.key("tables.<table>.dynamodb.flatten")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("Attributes whose maps become columns, one per entry: address with the entry city becomes"
                    + " address_city.");

    static final ConfigOption<Map<String, String>> RENAME = ConfigOptions.key("tables.<table>.dynamodb.rename")
            .mapType()
            .noDefaultValue()
            .withDescription("Column names for attributes, in place of the attributes' own:"
                    + " tables.orders.dynamodb.rename._version: item_version. Other settings of the table go by"
                    + " the attributes' names.");

    static final ConfigOption<Boolean> LOWER_CASE_NAMES = ConfigOptions.key("tables.<table>.dynamodb.lower-case-names")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether attributes go to columns of their names in lower case. For tables with names"
                    + " that differ only in case; an item that has two such names becomes a dead letter.");

    static final ConfigOption<Integer> MAX_COLUMNS = ConfigOptions.key("tables.<table>.dynamodb.max-columns")
            .intType()
            .defaultValue(1000)
            .withDescription("The most columns the table may have. An item that would add more becomes a dead letter.");

    private final Configuration values;
    private final List<TableSettings> tables;
    private final LibraryProperties kinesisClient;
    private final Properties client;
    private final @Nullable Instant startTimestamp;

    private DynamoDbSettings(
            Configuration values,
            List<TableSettings> tables,
            LibraryProperties kinesisClient,
            Properties client,
            @Nullable Instant startTimestamp) {
        this.values = values;
        this.tables = tables;
        this.kinesisClient = kinesisClient;
        this.client = client;
        this.startTimestamp = startTimestamp;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                STREAM,
                TABLES,
                START,
                START_TIMESTAMP,
                UNLISTED_TABLES,
                OTHER_RECORDS,
                KINESIS_CLIENT,
                CLIENT,
                KEY,
                COLUMNS,
                FLATTEN,
                RENAME,
                LOWER_CASE_NAMES,
                MAX_COLUMNS);
    }

    public static DynamoDbSettings from(Given given) {
        return from(given, ColumnSettings.from(given));
    }

    public static DynamoDbSettings from(Given given, ColumnSettings columns) {
        LibraryProperties kinesisClient = given.properties(KINESIS_CLIENT);
        Properties client = kinesisClient.asProperties();
        client.remove(AWSConfigConstants.AWS_ENDPOINT);
        client.putAll(given.properties(CLIENT).asMap());
        if (given.has(STREAM)) {
            checkClient(kinesisClient, given);
        }
        return new DynamoDbSettings(
                given.values(options()), tables(given, columns), kinesisClient, client, startTimestamp(given));
    }

    private static List<TableSettings> tables(Given given, ColumnSettings columns) {
        List<String> entries = given.find(TABLES);
        if (entries == null || entries.isEmpty()) {
            given.problem(TABLES, " is missing: name the tables to capture");
        }
        Map<String, TableSettings> byName = new LinkedHashMap<>();
        Set<String> sources = new HashSet<>();
        for (String entry : entries == null ? List.<String>of() : entries) {
            int alias = entry.indexOf('=');
            String source = (alias < 0 ? entry : entry.substring(0, alias)).strip();
            String name = entry.substring(alias + 1).strip();
            if (source.isEmpty() || name.isEmpty()) {
                given.problem(TABLES, ": '" + entry + "' is neither a table's name nor name=alias");
                continue;
            }
            String fault = TableName.problem(name);
            if (fault != null) {
                given.problem(TABLES, ": " + fault);
                continue;
            }
            if (!sources.add(source)) {
                given.problem(TABLES, " names the table " + source + " twice");
            }
            if (byName.containsKey(name)) {
                given.problem(
                        TABLES, ": two tables go by the name " + name + ": give one of them an alias, as table=alias");
                continue;
            }
            byName.put(name, TableSettings.from(source, name, given.table(name), columns.of(name)));
        }
        return new ArrayList<>(byName.values());
    }

    private static @Nullable Instant startTimestamp(Given given) {
        String text = given.find(START_TIMESTAMP);
        boolean isWanted = given.get(START) == StreamStart.AT_TIMESTAMP;
        if (text == null && isWanted) {
            given.problem(START_TIMESTAMP, " is missing: " + START.key() + " is " + StreamStart.AT_TIMESTAMP);
        }
        if (text != null && !isWanted) {
            given.problem(START_TIMESTAMP, " is set in vain: set " + START.key() + " to " + StreamStart.AT_TIMESTAMP);
        }
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            given.problem(START_TIMESTAMP, ": '" + text + "' is not a point in time: write it as 2030-01-31T12:00:00Z");
            return null;
        }
    }

    private static void checkClient(LibraryProperties client, Given given) {
        if (!client.contains(AWSConfigConstants.AWS_REGION)) {
            given.problem(
                    KINESIS_CLIENT,
                    "." + AWSConfigConstants.AWS_REGION + " is missing: set it to the region of the stream");
            return;
        }
        try {
            KinesisConfigUtil.validateConsumerConfiguration(client.asProperties());
        } catch (IllegalArgumentException e) {
            given.problem(KINESIS_CLIENT, ": " + client.redact(String.valueOf(e.getMessage())));
        }
    }

    /** Whether there is a stream to read changes from. */
    public boolean isStreamed() {
        return values.contains(STREAM);
    }

    public String stream() {
        return values.get(STREAM);
    }

    public List<TableSettings> tables() {
        return tables;
    }

    /** The tables' names in DynamoDB, by their names in the pipeline. */
    public Map<String, String> sources() {
        Map<String, String> sources = new LinkedHashMap<>();
        tables.forEach(table -> sources.put(table.name(), table.source()));
        return sources;
    }

    /**
     * From when on the stream has the changes that a job takes which starts from nothing: null for its oldest record, the
     * greatest moment for none of those before the start.
     */
    public @Nullable Instant streamedFrom() {
        return start() == StreamStart.LATEST ? Instant.MAX : startTimestamp;
    }

    /** The region of the tables; null if it is not set. */
    public @Nullable String region() {
        return client.getProperty(AWSConfigConstants.AWS_REGION);
    }

    /** A client of DynamoDB, to be closed. */
    public DynamoDbClient open() {
        return TableKeys.client(client);
    }

    public StreamStart start() {
        return values.get(START);
    }

    public @Nullable Instant startTimestamp() {
        return startTimestamp;
    }

    public Unwanted unlistedTables() {
        return values.get(UNLISTED_TABLES);
    }

    public Unwanted otherRecords() {
        return values.get(OTHER_RECORDS);
    }

    /** For the stream's reader, secrets included. */
    public Properties kinesisClient() {
        return kinesisClient.asProperties();
    }

    /** For the client of DynamoDB, secrets included. */
    Properties client() {
        return client;
    }
}
