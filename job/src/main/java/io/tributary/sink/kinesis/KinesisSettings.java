package io.tributary.sink.kinesis;

import io.tributary.settings.Given;
import io.tributary.settings.LibraryProperties;
import io.tributary.settings.Patience;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.util.AWSGeneralUtil;

/** The settings of the Kinesis sink: where records go, how large they may be, and how they are batched. */
public final class KinesisSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    public static final ConfigOption<String> STREAM = ConfigOptions.key("kinesis.stream")
            .stringType()
            .noDefaultValue()
            .withDescription("The Kinesis data stream that takes the records of all tables. Without it nothing is sent"
                    + " to Kinesis. With kinesis.stream-per-table it is what the names of the streams start with.");

    public static final ConfigOption<Boolean> STREAM_PER_TABLE = ConfigOptions.key("kinesis.stream-per-table")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether each table has a stream of its own, whose name is kinesis.stream followed by the"
                    + " table's name. The streams have to exist.");

    public static final ConfigOption<MemorySize> MAX_RECORD_SIZE = ConfigOptions.key("kinesis.max-record-size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(1))
            .withDescription("The largest size of a record, partition key included; a larger one becomes a dead"
                    + " letter. Up to 10 mb if the stream's own limit was raised; Redshift skips what exceeds"
                    + " its own limit.");

    public static final ConfigOption<Integer> MAX_IN_FLIGHT_REQUESTS = ConfigOptions.key(
                    "kinesis.max-in-flight-requests")
            .intType()
            .defaultValue(1)
            .withDescription("How many requests of a subtask may be under way. With 1 the records of a row reach the"
                    + " stream in order unless Kinesis refuses some; with more they overtake each other. The"
                    + " merge goes by version and is correct either way.");

    public static final ConfigOption<Integer> MAX_BATCH_RECORDS = ConfigOptions.key("kinesis.max-batch-records")
            .intType()
            .defaultValue(500)
            .withDescription("The most records of one request; Kinesis allows 500.");

    public static final ConfigOption<MemorySize> MAX_BATCH_SIZE = ConfigOptions.key("kinesis.max-batch-size")
            .memoryType()
            .defaultValue(MemorySize.ofMebiBytes(4))
            .withDescription("The most bytes of one request, its partition keys not counted. Not less than"
                    + " kinesis.max-record-size.");

    public static final ConfigOption<Integer> MAX_BUFFERED_RECORDS = ConfigOptions.key("kinesis.max-buffered-records")
            .intType()
            .defaultValue(10_000)
            .withDescription("How many records a subtask keeps before it makes the job wait. More than"
                    + " kinesis.max-batch-records.");

    public static final ConfigOption<Duration> MAX_TIME_IN_BUFFER = ConfigOptions.key("kinesis.max-time-in-buffer")
            .durationType()
            .defaultValue(Duration.ofSeconds(1))
            .withDescription("How long a record may wait for its request to fill.");

    public static final ConfigOption<Boolean> HOLD_UNTIL_CHECKPOINT = ConfigOptions.key("kinesis.hold-until-checkpoint")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether the rows of tables made by SQL are sent when the checkpoint after them is"
                    + " complete; until then they are on the heap. If not, they are sent at once, and after a failure the"
                    + " warehouse may keep a row that the SQL would not make again. Tables that pass through are always"
                    + " sent at once, and so are changes that a file computes row by row of a PostgreSQL table: the same"
                    + " changes come again.");

    public static final ConfigOption<Boolean> HOLD_ALL_UNTIL_CHECKPOINT = ConfigOptions.key(
                    "kinesis.hold-all-until-checkpoint")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether the rows of all tables are sent when the checkpoint after them is complete. What an"
                            + " attempt had sent that fails comes again by itself, unless the source loses its log meanwhile: set"
                            + " it where postgres.on-lost-slot is resync and the warehouse has to be as exact as Iceberg then.");

    public static final ConfigOption<UnfitValues> UNFIT_VALUES = ConfigOptions.key("kinesis.unfit-values")
            .enumType(UnfitValues.class)
            .defaultValue(UnfitValues.TRUNCATE)
            .withDescription("What becomes of a text that the warehouse cannot hold, as it has more than 65535 bytes or"
                    + " the character U+0000, in JSON and arrays too: truncate leaves out what is too much, null leaves"
                    + " out the value, and either way the row says so in _cut; reject makes the row a dead letter, as"
                    + " always where the text is of the key.");

    static final ConfigOption<UnfitValues> UNFIT_VALUES_OF_TABLE = ConfigOptions.key(
                    "tables.<table>.kinesis.unfit-values")
            .enumType(UnfitValues.class)
            .noDefaultValue()
            .withDescription("As kinesis.unfit-values, for one table.");

    public static final ConfigOption<Map<String, String>> CLIENT = ConfigOptions.key("kinesis.client")
            .mapType()
            .noDefaultValue()
            .withDescription(
                    "Settings of the AWS client as flink-connector-kinesis names them: kinesis.client.aws.region"
                            + " (needed), kinesis.client.aws.endpoint, kinesis.client.aws.credentials.provider (AUTO, BASIC,"
                            + " ASSUME_ROLE, ...). Secrets among them are references.");

    private static final MemorySize LARGEST_RECORD = MemorySize.ofMebiBytes(10);
    private static final int LONGEST_NAME = 128;
    private static final int MOST_RECORDS = 500;

    private final Configuration values;
    private final Properties client;
    private final Patience patience;
    private final UnfitPolicy unfit;

    private KinesisSettings(Configuration values, Properties client, Patience patience, UnfitPolicy unfit) {
        this.values = values;
        this.unfit = unfit;
        this.client = client;
        this.patience = patience;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                STREAM,
                STREAM_PER_TABLE,
                MAX_RECORD_SIZE,
                MAX_IN_FLIGHT_REQUESTS,
                MAX_BATCH_RECORDS,
                MAX_BATCH_SIZE,
                MAX_BUFFERED_RECORDS,
                MAX_TIME_IN_BUFFER,
                HOLD_UNTIL_CHECKPOINT,
                HOLD_ALL_UNTIL_CHECKPOINT,
                UNFIT_VALUES,
                UNFIT_VALUES_OF_TABLE,
                CLIENT);
    }

    public static KinesisSettings from(Given given) {
        LibraryProperties client = given.properties(CLIENT);
        if (given.has(STREAM)) {
            checkStream(given);
            checkSizes(given);
            checkClient(client, given);
        }
        Map<String, UnfitValues> unfitValues = new HashMap<>();
        for (String table : given.tables()) {
            UnfitValues ofTable = given.table(table).find(UNFIT_VALUES_OF_TABLE);
            if (ofTable != null) {
                unfitValues.put(table, ofTable);
            }
        }
        List<ConfigOption<?>> ofAll = options().stream()
                .filter(option -> !option.equals(UNFIT_VALUES_OF_TABLE))
                .collect(Collectors.toList());
        UnfitPolicy unfit = new UnfitPolicy(given.get(UNFIT_VALUES), unfitValues);
        return new KinesisSettings(given.values(ofAll), client.asProperties(), Patience.from(given), unfit);
    }

    /** False if no stream is set: then nothing goes to Kinesis. */
    public boolean isOn() {
        return values.contains(STREAM);
    }

    public boolean isStreamPerTable() {
        return values.get(STREAM_PER_TABLE);
    }

    /** The stream that the records of the table go to. */
    public String streamOf(String table) {
        return isStreamPerTable() ? values.get(STREAM) + table : values.get(STREAM);
    }

    UnfitPolicy unfit() {
        return unfit;
    }

    /** For the AWS client, secrets included. */
    Properties client() {
        return client;
    }

    Patience patience() {
        return patience;
    }

    <T> T get(ConfigOption<T> option) {
        return values.get(option);
    }

    /** A stream's name is 1 to 128 letters, digits, points, hyphens and underscores. */
    static boolean isStreamName(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NAME
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '.'
                                || c == '-'
                                || c == '_');
    }

    private static void checkStream(Given given) {
        String stream = given.find(STREAM);
        if (stream != null && !isStreamName(stream)) {
            given.problem(
                    STREAM,
                    ": '" + stream + "' is not a stream name: use 1 to 128 letters, digits, dots, hyphens and"
                            + " underscores");
        }
    }

    private static void checkSizes(Given given) {
        MemorySize record = given.get(MAX_RECORD_SIZE);
        MemorySize batch = given.get(MAX_BATCH_SIZE);
        if (record.compareTo(LARGEST_RECORD) > 0) {
            given.problem(MAX_RECORD_SIZE, " is " + record + ": Kinesis takes no record over 10 mb");
        } else if (batch.compareTo(record) < 0) {
            given.problem(
                    MAX_BATCH_SIZE,
                    " is " + batch + ", less than " + MAX_RECORD_SIZE.key() + ": raise it to at least " + record);
        }
        if (batch.compareTo(LARGEST_RECORD) > 0) {
            given.problem(MAX_BATCH_SIZE, " is " + batch + ": Kinesis takes no request over 10 mb");
        }
        given.between(1, MOST_RECORDS, MAX_BATCH_RECORDS);
        int records = Math.min(given.get(MAX_BATCH_RECORDS), MOST_RECORDS);
        if (given.get(MAX_BUFFERED_RECORDS) <= records) {
            given.problem(
                    MAX_BUFFERED_RECORDS,
                    " is " + given.get(MAX_BUFFERED_RECORDS) + ": it has to be more than " + MAX_BATCH_RECORDS.key()
                            + ", " + records);
        }
        given.atLeast(1, MAX_IN_FLIGHT_REQUESTS);
        given.atLeast(Duration.ofMillis(1), MAX_TIME_IN_BUFFER);
    }

    private static void checkClient(LibraryProperties client, Given given) {
        if (!client.contains(AWSConfigConstants.AWS_REGION)) {
            given.problem(
                    CLIENT, "." + AWSConfigConstants.AWS_REGION + " is missing: set it to the region of the stream");
        }
        try {
            AWSGeneralUtil.validateAwsConfiguration(client.asProperties());
        } catch (IllegalArgumentException e) {
            given.problem(CLIENT, ": " + client.redact(String.valueOf(e.getMessage())));
        }
    }
}
