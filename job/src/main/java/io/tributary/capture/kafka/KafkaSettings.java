package io.tributary.capture.kafka;

import io.tributary.capture.CaptureSettings;
import io.tributary.capture.ColumnRules;
import io.tributary.capture.ColumnSettings;
import io.tributary.capture.debezium.TopicTables;
import io.tributary.settings.Given;
import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** Which of Debezium's topics to read, and how. */
public final class KafkaSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<List<String>> TOPICS = ConfigOptions.key("kafka.topics")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The topics to read, as topic or topic=name. In the pipeline a topic's table goes by that"
                    + " name, or else by what follows the last dot of the topic's name.");

    static final ConfigOption<String> TOPIC_PATTERN = ConfigOptions.key("kafka.topic-pattern")
            .stringType()
            .noDefaultValue()
            .withDescription("A regular expression (Java) for the whole name of topics to read, in place of"
                    + " kafka.topics. It is matched at each start.");

    static final ConfigOption<List<String>> TABLES = ConfigOptions.key("kafka.tables")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("Where a topic carries several tables: those to capture, as schema.table or"
                    + " schema.table=name (database.table for MySQL), as the events' source blocks name them, or as"
                    + " database.schema.table. Events of other tables are passed over.");

    static final ConfigOption<CompactedTopics> COMPACTED_TOPICS = ConfigOptions.key("kafka.compacted-topics")
            .enumType(CompactedTopics.class)
            .defaultValue(CompactedTopics.REFUSE)
            .withDescription("Whether compacted topics may be read: refuse or accept. Compaction may remove a delete"
                    + " that the job has not read yet; its row then stays.");

    static final ConfigOption<StartAt> START = ConfigOptions.key("kafka.start")
            .enumType(StartAt.class)
            .defaultValue(StartAt.EARLIEST)
            .withDescription("Where a job without a checkpoint begins: earliest, timestamp (kafka.start-timestamp), or"
                    + " group-offsets (of kafka.group-id).");

    static final ConfigOption<String> START_TIMESTAMP = ConfigOptions.key("kafka.start-timestamp")
            .stringType()
            .noDefaultValue()
            .withDescription("The time of the first records to read, as 2024-07-01T10:00:00Z.");

    static final ConfigOption<String> PLACEHOLDER = ConfigOptions.key("kafka.unavailable-value-placeholder")
            .stringType()
            .defaultValue("__debezium_unavailable_value")
            .withDescription("What the connector sends in place of a large value that did not change: its"
                    + " unavailable.value.placeholder. Such values are completed from the state.");

    static final ConfigOption<Map<String, String>> COLUMNS = ConfigOptions.key("tables.<table>.kafka.columns")
            .mapType()
            .noDefaultValue()
            .withDescription("The types of the table's columns where its events come without a schema, by their names:"
                    + " a type of SQL, or the name of one of Debezium's schemas.");

    static final ConfigOption<String> SHARD_COLUMN = ConfigOptions.key("tables.<table>.kafka.shard-column")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "Where a topic merges tables of equal columns into this one: the field of the records' keys that"
                            + " tells their rows apart, __dbz__physicalTableIdentifier if ByLogicalTableRouter has not been given"
                            + " another. It becomes a column, and part of the key.");

    private final Configuration values;
    private final Map<String, String> topics;
    private final @Nullable Map<String, String> tables;
    private final long startTimestamp;
    private final BrokerSettings brokers;
    private final HashMap<String, List<String>> keys = new HashMap<>();
    private final HashMap<String, Map<String, String>> columns = new HashMap<>();
    private final HashMap<String, String> shardColumns = new HashMap<>();
    private final TreeMap<String, ColumnRules> rules = new TreeMap<>();

    private KafkaSettings(Given given) {
        values = given.values(options());
        tables = given.has(TABLES) ? Named.of(TABLES, true, given) : null;
        topics = Named.of(TOPICS, tables == null, given);
        startTimestamp = startTimestamp(given);
        brokers = BrokerSettings.from(given);
        for (String table : given.tables()) {
            List<String> key = CaptureSettings.key(given, table);
            if (key != null) {
                keys.put(table, key);
            }
            Map<String, String> types = given.table(table).map(COLUMNS);
            if (!types.isEmpty()) {
                columns.put(table, types);
            }
            String shardColumn = given.table(table).find(SHARD_COLUMN);
            if (shardColumn != null) {
                shardColumns.put(table, shardColumn);
            }
            if (shardColumn != null && tables != null) {
                given.table(table)
                        .problem(
                                SHARD_COLUMN,
                                " merges the tables of a topic, and " + TABLES.key()
                                        + " tells them apart: take one of them out");
            }
            if (shardColumn != null && shardColumn.isEmpty()) {
                given.table(table)
                        .problem(SHARD_COLUMN, " is empty: name a field of the records' keys, or take it out");
            }
        }
    }

    public static KafkaSettings from(Given given) {
        return from(given, ColumnSettings.from(given));
    }

    public static KafkaSettings from(Given given, ColumnSettings columns) {
        KafkaSettings settings = new KafkaSettings(given);
        settings.rules.putAll(columns.all());
        settings.checkTopics(given);
        if (given.get(PLACEHOLDER).isEmpty()) {
            given.problem(PLACEHOLDER, " is empty: set it to the connector's unavailable.value.placeholder");
        }
        settings.checkColumns(given);
        return settings;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                BrokerSettings.BOOTSTRAP_SERVERS,
                TOPICS,
                TOPIC_PATTERN,
                TABLES,
                COMPACTED_TOPICS,
                BrokerSettings.AUTHENTICATION,
                BrokerSettings.GROUP_ID,
                START,
                START_TIMESTAMP,
                PLACEHOLDER,
                BrokerSettings.REGISTRY_URL,
                BrokerSettings.REGISTRY_USERNAME,
                BrokerSettings.REGISTRY_PASSWORD,
                BrokerSettings.TIMEOUT,
                BrokerSettings.CLIENT,
                COLUMNS,
                SHARD_COLUMN);
    }

    private void checkTopics(Given given) {
        if (!given.has(TOPICS) && !given.has(TOPIC_PATTERN)) {
            given.problem(TOPICS, " is missing: list the topics to read, or set " + TOPIC_PATTERN.key());
        }
        if (given.has(TOPICS) && given.has(TOPIC_PATTERN)) {
            given.problem(TOPICS, " and " + TOPIC_PATTERN.key() + " are both set: take one of them out");
        }
        List<String> named = given.find(TABLES);
        if (named != null && named.isEmpty()) {
            given.problem(TABLES, " is empty: list the tables to capture, or take it out");
        }
        String pattern = given.find(TOPIC_PATTERN);
        if (pattern != null) {
            try {
                Pattern.compile(pattern);
            } catch (PatternSyntaxException e) {
                given.problem(TOPIC_PATTERN, ": '" + pattern + "' is not a regular expression: " + e.getDescription());
            }
        }
    }

    private static long startTimestamp(Given given) {
        String text = given.find(START_TIMESTAMP);
        boolean isAsked = given.get(START) == StartAt.TIMESTAMP;
        if (text == null && isAsked) {
            given.problem(START_TIMESTAMP, " is missing, and " + START.key() + " is timestamp");
        }
        if (text != null && !isAsked) {
            given.problem(START_TIMESTAMP, " is set, and has no effect: set " + START.key() + " to timestamp");
        }
        if (text == null) {
            return 0;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            given.problem(START_TIMESTAMP, ": '" + text + "' is not a time: write it as 2024-07-01T10:00:00Z");
            return 0;
        }
    }

    private void checkColumns(Given given) {
        captured(topics).problems(COLUMNS.key()).forEach(given.problems()::add);
    }

    /** @param found the topics, with the names of their tables */
    TopicTables captured(Map<String, String> found) {
        return new TopicTables(found, tables, keys, columns)
                .merging(shardColumns)
                .treating(rules);
    }

    /** With the names of their tables; empty if there is a pattern. */
    Map<String, String> topics() {
        return topics;
    }

    @Nullable
    String topicPattern() {
        return values.get(TOPIC_PATTERN);
    }

    /** Whether the settings say which tables the topics carry. */
    boolean hasTables() {
        return tables != null;
    }

    CompactedTopics compactedTopics() {
        return values.get(COMPACTED_TOPICS);
    }

    StartAt start() {
        return values.get(START);
    }

    /** In milliseconds since 1970. */
    long startTimestamp() {
        return startTimestamp;
    }

    String placeholder() {
        return values.get(PLACEHOLDER);
    }

    /** For a Kafka client, secrets included. */
    Properties client() {
        return brokers.client();
    }

    /** How to reach them. */
    BrokerSettings brokers() {
        return brokers;
    }

    @Override
    public String toString() {
        return brokers.toString();
    }
}
