package io.tributary.capture.kafka;

import io.tributary.capture.debezium.CapturedTables;
import io.tributary.change.TableName;
import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

    static final ConfigOption<String> BOOTSTRAP_SERVERS = ConfigOptions.key("kafka.bootstrap-servers")
            .stringType()
            .noDefaultValue()
            .withDescription("The brokers to begin with, as host:port, separated by commas.");

    static final ConfigOption<List<String>> TOPICS = ConfigOptions.key("kafka.topics")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("The topics to read, as topic or topic=name. In the pipeline a topic's table goes by that"
                    + " name, else by what stands behind the last point of the topic.");

    static final ConfigOption<String> TOPIC_PATTERN = ConfigOptions.key("kafka.topic-pattern")
            .stringType()
            .noDefaultValue()
            .withDescription("A regular expression (Java) for the whole name of topics to read, in place of"
                    + " kafka.topics. It is looked up at each start.");

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
            .withDescription("Whether topics that are compacted may be read: refuse or accept. Compaction may remove a"
                    + " delete that the job has not read yet; its row then stays.");

    static final ConfigOption<String> GROUP_ID = ConfigOptions.key("kafka.group-id")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The consumer group. The offsets of complete checkpoints are committed to it for others to"
                    + " see; the job itself goes on from its checkpoint.");

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

    static final ConfigOption<String> REGISTRY_URL = ConfigOptions.key("kafka.registry.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The schema registry of records in Avro: Confluent's, or another with its API.");

    static final ConfigOption<String> REGISTRY_USERNAME = ConfigOptions.key("kafka.registry.username")
            .stringType()
            .noDefaultValue()
            .withDescription("The user of the registry, if it asks for one.");

    static final ConfigOption<String> REGISTRY_PASSWORD = ConfigOptions.key("kafka.registry.password")
            .stringType()
            .noDefaultValue()
            .withDescription("A reference to that user's password: env:NAME, file:/path or secretsmanager:id#key.");

    static final ConfigOption<Duration> TIMEOUT = ConfigOptions.key("kafka.check-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(15))
            .withDescription("How long the checks before the start wait for brokers and for the newest records.");

    static final ConfigOption<Map<String, String>> CLIENT = ConfigOptions.key("kafka.client")
            .mapType()
            .noDefaultValue()
            .withDescription("Passed to the Kafka consumer, for instance kafka.client.security.protocol and"
                    + " kafka.client.sasl.mechanism. A key that ends in password, secret or jaas.config,"
                    + " and ssl.keystore.key, is a reference to a secret.");

    static final ConfigOption<Map<String, String>> COLUMNS = ConfigOptions.key("tables.<table>.kafka.columns")
            .mapType()
            .noDefaultValue()
            .withDescription("The types of the table's columns where its events come without a schema, by their names:"
                    + " a type of SQL, or the name of one of Debezium's schemas.");

    private static final String KEY = "tables.<table>.key";

    /** What the source sets itself. */
    private static final List<String> OURS = List.of(
            "bootstrap.servers",
            "group.id",
            "key.deserializer",
            "value.deserializer",
            "auto.offset.reset",
            "enable.auto.commit");

    /** Whether what compaction may have removed is put up with. */
    enum CompactedTopics {
        REFUSE("refuse"),
        ACCEPT("accept");

        private final String spelled;

        CompactedTopics(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    /** Where to begin. */
    enum StartAt {
        EARLIEST("earliest"),
        TIMESTAMP("timestamp"),
        GROUP_OFFSETS("group-offsets");

        private final String spelled;

        StartAt(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    private final String bootstrapServers;
    private final Map<String, String> topics;
    private final @Nullable String topicPattern;
    private final @Nullable Map<String, String> tables;
    private final CompactedTopics compactedTopics;
    private final String groupId;
    private final StartAt start;
    private final long startTimestamp;
    private final String placeholder;
    private final @Nullable String registryUrl;
    private final @Nullable String registryUsername;
    private final @Nullable Secret registryPassword;
    private final Duration timeout;
    private final Properties client;
    private final HashMap<String, List<String>> keys = new HashMap<>();
    private final HashMap<String, Map<String, String>> columns = new HashMap<>();

    private KafkaSettings(Configuration configuration, Secrets secrets, Problems problems) {
        bootstrapServers = configuration.getOptional(BOOTSTRAP_SERVERS).orElse("");
        if (bootstrapServers.isBlank()) {
            problems.add(BOOTSTRAP_SERVERS.key() + " is missing");
        }
        tables = configuration.contains(TABLES) ? names(configuration, TABLES, true, problems) : null;
        topics = names(configuration, TOPICS, tables == null, problems);
        topicPattern = configuration.getOptional(TOPIC_PATTERN).orElse(null);
        checkTopics(problems);
        compactedTopics = configuration.get(COMPACTED_TOPICS);
        groupId = configuration.get(GROUP_ID);
        start = configuration.get(START);
        startTimestamp = startTimestamp(configuration, problems);
        placeholder = configuration.get(PLACEHOLDER);
        if (placeholder.isEmpty()) {
            problems.add(PLACEHOLDER.key() + " is empty: set it to the connector's unavailable.value.placeholder");
        }
        registryUrl = configuration.getOptional(REGISTRY_URL).orElse(null);
        registryUsername = configuration.getOptional(REGISTRY_USERNAME).orElse(null);
        registryPassword = configuration
                .getOptional(REGISTRY_PASSWORD)
                .map(reference -> secrets.resolve(REGISTRY_PASSWORD.key(), reference, problems))
                .orElse(null);
        if (registryUrl == null && (registryUsername != null || registryPassword != null)) {
            problems.add(REGISTRY_URL.key() + " is missing, and a user of the registry is set");
        }
        timeout = configuration.get(TIMEOUT);
        if (timeout.toMillis() < 1) {
            problems.add(TIMEOUT.key() + " has to be a millisecond or more");
        }
        client = client(configuration, secrets, problems);
        declared(configuration, problems);
    }

    /** Null, and problems, if a setting is missing or wrong. */
    public static @Nullable KafkaSettings from(Configuration configuration, Secrets secrets, Problems problems) {
        Problems found = new Problems();
        KafkaSettings settings = new KafkaSettings(configuration, secrets, found);
        found.sentences().forEach(problems::add);
        return found.isEmpty() ? settings : null;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(
                BOOTSTRAP_SERVERS,
                TOPICS,
                TOPIC_PATTERN,
                TABLES,
                COMPACTED_TOPICS,
                GROUP_ID,
                START,
                START_TIMESTAMP,
                PLACEHOLDER,
                REGISTRY_URL,
                REGISTRY_USERNAME,
                REGISTRY_PASSWORD,
                TIMEOUT,
                CLIENT,
                COLUMNS);
    }

    /** What each entry names, with what it goes by. */
    private static Map<String, String> names(
            Configuration configuration, ConfigOption<List<String>> option, boolean areTables, Problems problems) {
        TreeMap<String, String> names = new TreeMap<>();
        for (String entry : configuration.getOptional(option).orElse(List.of())) {
            int equals = entry.indexOf('=');
            String named = (equals < 0 ? entry : entry.substring(0, equals)).strip();
            String name =
                    equals < 0 ? tableOf(named) : entry.substring(equals + 1).strip();
            if (named.isEmpty() || name.isEmpty()) {
                problems.add(option.key() + ": '" + entry + "' names nothing: write it as name or name=another name");
                continue;
            }
            String fault = TableName.problem(name);
            if (fault != null) {
                problems.add(option.key() + ": " + fault);
            }
            if (equals >= 0 && !areTables) {
                problems.add(option.key() + ": '" + entry + "' gives a topic's table a name, and " + TABLES.key()
                        + " says that topics carry several: give the names there");
            }
            if (names.containsKey(named)) {
                problems.add(option.key() + " names " + named + " twice");
                continue;
            }
            if (areTables && names.containsValue(name)) {
                problems.add(option.key() + ": two tables go by the name " + name + "; give one of them another: "
                        + named + "=<another name>");
            }
            names.put(named, name);
        }
        return names;
    }

    /** What stands behind the last point. */
    static String tableOf(String topic) {
        return topic.substring(topic.lastIndexOf('.') + 1);
    }

    private void checkTopics(Problems problems) {
        if (topics.isEmpty() && topicPattern == null && problems.isEmpty()) {
            problems.add(TOPICS.key() + " is missing: list the topics to read, or set " + TOPIC_PATTERN.key());
        }
        if (!topics.isEmpty() && topicPattern != null) {
            problems.add(TOPICS.key() + " and " + TOPIC_PATTERN.key() + " are both set: take one of them out");
        }
        if (tables != null && tables.isEmpty()) {
            problems.add(TABLES.key() + " is empty: list the tables to capture, or take it out");
        }
        if (topicPattern != null) {
            try {
                Pattern.compile(topicPattern);
            } catch (PatternSyntaxException e) {
                problems.add(TOPIC_PATTERN.key() + ": '" + topicPattern + "' is no regular expression: "
                        + e.getDescription());
            }
        }
    }

    private static long startTimestamp(Configuration configuration, Problems problems) {
        String text = configuration.getOptional(START_TIMESTAMP).orElse(null);
        boolean isAsked = configuration.get(START) == StartAt.TIMESTAMP;
        if ((text != null) != isAsked) {
            problems.add(
                    isAsked
                            ? START_TIMESTAMP.key() + " is missing, and " + START.key() + " is timestamp"
                            : START_TIMESTAMP.key() + " is set, and has no effect: set " + START.key()
                                    + " to timestamp");
        }
        if (text == null) {
            return 0;
        }
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            problems.add(START_TIMESTAMP.key() + ": '" + text + "' is no time: write it as 2024-07-01T10:00:00Z");
            return 0;
        }
    }

    private static Properties client(Configuration configuration, Secrets secrets, Problems problems) {
        Properties client = new Properties();
        // Debezium may write in transactions, of which those that were given up are no changes.
        client.setProperty("isolation.level", "read_committed");
        new TreeMap<>(configuration.getOptional(CLIENT).orElse(Map.of())).forEach((name, value) -> {
            String key = CLIENT.key() + "." + name;
            if (OURS.contains(name)) {
                problems.add(key + " is set by the job: take it out");
            } else if (isSecret(name)) {
                Secret secret = secrets.resolve(key, value, problems);
                if (secret != null) {
                    client.setProperty(name, secret.value());
                }
            } else {
                client.setProperty(name, value);
            }
        });
        return client;
    }

    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith("password")
                || lower.endsWith("secret")
                || lower.endsWith("jaas.config")
                || lower.endsWith("keystore.key");
    }

    /** What stands under each table's name, whichever names there are. */
    private void declared(Configuration configuration, Problems problems) {
        for (String key : configuration.keySet()) {
            String[] parts = key.split("\\.", 5);
            if (parts.length >= 3 && parts[0].equals("tables")) {
                String table = parts[1];
                ConfigOption<List<String>> keyOption = ConfigOptions.key(KEY.replace("<table>", table))
                        .stringType()
                        .asList()
                        .noDefaultValue();
                configuration.getOptional(keyOption).ifPresent(names -> keys.put(table, List.copyOf(names)));
                ConfigOption<Map<String, String>> columnOption = ConfigOptions.key(
                                COLUMNS.key().replace("<table>", table))
                        .mapType()
                        .noDefaultValue();
                configuration
                        .getOptional(columnOption)
                        .ifPresent(types -> columns.put(table, new LinkedHashMap<>(types)));
            }
        }
        captured(topics).problems(COLUMNS.key()).forEach(problems::add);
    }

    /** @param found the topics, with the names of their tables */
    CapturedTables captured(Map<String, String> found) {
        return new CapturedTables(found, tables, keys, columns);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** With the names of their tables; empty if there is a pattern. */
    Map<String, String> topics() {
        return topics;
    }

    @Nullable
    String topicPattern() {
        return topicPattern;
    }

    /** Whether the settings say which tables the topics carry. */
    boolean hasTables() {
        return tables != null;
    }

    CompactedTopics compactedTopics() {
        return compactedTopics;
    }

    String groupId() {
        return groupId;
    }

    StartAt start() {
        return start;
    }

    /** In milliseconds since 1970. */
    long startTimestamp() {
        return startTimestamp;
    }

    String placeholder() {
        return placeholder;
    }

    @Nullable
    String registryUrl() {
        return registryUrl;
    }

    @Nullable
    String registryUsername() {
        return registryUsername;
    }

    @Nullable
    Secret registryPassword() {
        return registryPassword;
    }

    Duration timeout() {
        return timeout;
    }

    /** For a Kafka client, secrets included. */
    Properties client() {
        Properties copy = new Properties();
        copy.putAll(client);
        copy.setProperty("bootstrap.servers", bootstrapServers);
        return copy;
    }

    @Override
    public String toString() {
        return bootstrapServers;
    }
}
