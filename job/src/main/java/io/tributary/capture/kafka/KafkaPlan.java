package io.tributary.capture.kafka;

import io.tributary.capture.Capture;
import io.tributary.capture.CapturePlan;
import io.tributary.capture.debezium.DebeziumReader;
import io.tributary.capture.debezium.TopicTables;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What has to be true in Kafka before the start: brokers that answer, topics that exist, offsets to begin at, and records that can
 * be read. The newest of them show what the tables look like. Nothing is changed.
 */
public final class KafkaPlan implements CapturePlan {

    private final KafkaSettings settings;
    private final TreeMap<String, String> topics = new TreeMap<>();
    private final TreeMap<String, Schema> schemas = new TreeMap<>();
    private final TreeMap<String, String> topicIds = new TreeMap<>();
    private final Set<TopicPartition> found = new HashSet<>();
    private boolean compares;

    private KafkaPlan(KafkaSettings settings) {
        this.settings = settings;
        this.topics.putAll(settings.topics());
    }

    public static KafkaPlan of(KafkaSettings settings) {
        return new KafkaPlan(settings);
    }

    @Override
    public String tablesSetting() {
        return "kafka.topics";
    }

    @Override
    public String system() {
        return "kafka";
    }

    @Override
    public void check(Problems problems) {
        schemas.clear();
        topics.clear();
        topicIds.clear();
        found.clear();
        topics.putAll(settings.topics());
        try (Admin admin = Admin.create(bounded(settings))) {
            if (!reaches(admin, problems)) {
                return;
            }
            find(admin, problems);
            Set<TopicPartition> partitions = partitions(admin, problems);
            if (partitions.isEmpty()) {
                return;
            }
            checkCompaction(admin, partitions, problems);
            checkOffsets(admin, partitions, problems);
            show(partitions, problems);
            partitions.stream()
                    .filter(partition -> topics.containsKey(partition.topic()))
                    .forEach(found::add);
        } catch (KafkaException e) {
            problems.add(
                    "Kafka cannot be read with the settings under " + BrokerSettings.CLIENT.key() + ": " + reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("The checks of Kafka were interrupted: run them again");
        }
    }

    /** What the tables look like: as their newest records show it, else as it is declared. */
    private void show(Set<TopicPartition> partitions, Problems problems) {
        Newest newest = new Newest(settings, topics);
        newest.read(partitions, problems);
        leaveOut(newest, problems);
        schemas.putAll(newest.schemas());
        schemas.putAll(DebeziumReader.declared(settings.captured(topics), schemas.keySet()));
        if (settings.hasTables()) {
            settings.captured(topics).names().forEach(table -> sayIfUnknown(table, topics.keySet(), problems));
            return;
        }
        Set<String> existing = new TreeSet<>();
        partitions.forEach(partition -> existing.add(partition.topic()));
        topics.forEach((topic, table) -> {
            if (existing.contains(topic) && !newest.isUnreadable(topic)) {
                sayIfUnknown(table, Set.of(topic), problems);
            }
        });
    }

    /** The topics of no table: a pattern may meet those of transactions and the like. */
    private void leaveOut(Newest newest, Problems problems) {
        Set<String> beside = new TreeSet<>(topics.keySet());
        beside.removeIf(topic -> !newest.isBesideChanges(topic));
        if (settings.hasTables()) {
            return;
        }
        topics.keySet().removeAll(beside);
        if (settings.topicPattern() == null) {
            beside.forEach(
                    topic -> problems.add(KafkaSettings.TOPICS.key() + ": topic " + topic + " is of no table, but has"
                            + " what Debezium writes beside the changes (transactions, changes of schemas, signs of life): take it"
                            + " out"));
        }
    }

    private void sayIfUnknown(String table, Set<String> ofTopics, Problems problems) {
        if (!schemas.containsKey(table)) {
            problems.add(
                    "Table " + table + ": no record of " + ofTopics + " shows its columns yet. Start the job when one"
                            + " does, or say what they are in " + NamedKey.ofTable(table, "key") + " and "
                            + NamedKey.ofTable(table, "kafka.columns"));
        }
    }

    /** No call takes longer than the checks may. */
    static Properties bounded(KafkaSettings settings) {
        Properties client = settings.client();
        String millis = Long.toString(settings.brokers().timeout().toMillis());
        client.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        client.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        return client;
    }

    private boolean reaches(Admin admin, Problems problems) throws InterruptedException {
        Exception failure = failure(admin.describeCluster().nodes());
        if (failure != null) {
            problems.add(BrokerSettings.BOOTSTRAP_SERVERS.key() + ": no broker of " + settings
                    + " answered within " + settings.brokers().timeout().toMillis() + " ms as it should: "
                    + reason(failure)
                    + ". See that the brokers run and can be reached from here, and that the settings under "
                    + BrokerSettings.CLIENT.key() + " are those they ask for");
        }
        return failure == null;
    }

    /** The topics that the pattern means. */
    private void find(Admin admin, Problems problems) throws InterruptedException {
        String pattern = settings.topicPattern();
        if (pattern == null) {
            return;
        }
        Set<String> names = new TreeSet<>();
        Exception failure = failure(admin.listTopics().names(), names::addAll);
        if (failure != null) {
            problems.add(KafkaSettings.TOPIC_PATTERN.key() + ": the topics cannot be listed: " + reason(failure));
            return;
        }
        Pattern compiled = Pattern.compile(pattern);
        for (String name : names) {
            if (!name.startsWith("__") && compiled.matcher(name).matches()) {
                String table = Named.tableOf(name);
                if (!settings.hasTables() && topics.containsValue(table)) {
                    problems.add(KafkaSettings.TOPIC_PATTERN.key() + ": two topics are of a table " + table + ", one of"
                            + " them " + name + "; list the topics in " + KafkaSettings.TOPICS.key()
                            + " instead, each with a name");
                    continue;
                }
                topics.put(name, table);
            }
        }
        if (topics.isEmpty()) {
            problems.add(KafkaSettings.TOPIC_PATTERN.key() + ": no topic matches '" + pattern
                    + "', or none that the user may read");
        }
    }

    private Set<TopicPartition> partitions(Admin admin, Problems problems) throws InterruptedException {
        Set<TopicPartition> partitions = new TreeSet<>(
                java.util.Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(topics.keySet()).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : described.entrySet()) {
            Exception failure = failure(topic.getValue(), description -> {
                description
                        .partitions()
                        .forEach(each -> partitions.add(new TopicPartition(description.name(), each.partition())));
                if (!description.topicId().equals(Uuid.ZERO_UUID)) {
                    topicIds.put(description.name(), description.topicId().toString());
                }
            });
            if (failure instanceof UnknownTopicOrPartitionException) {
                problems.add(KafkaSettings.TOPICS.key() + ": there is no topic " + topic.getKey() + " on "
                        + settings
                        + ": see what the connector calls it, and that it has been started");
            } else if (failure != null) {
                problems.add(KafkaSettings.TOPICS.key() + ": topic " + topic.getKey() + " cannot be read: "
                        + reason(failure));
            }
        }
        return partitions;
    }

    /** A tombstone that is left alone says which row is gone, and not when: it has no place in the log. */
    private void checkCompaction(Admin admin, Set<TopicPartition> partitions, Problems problems)
            throws InterruptedException {
        if (settings.compactedTopics() == CompactedTopics.ACCEPT) {
            return;
        }
        Set<ConfigResource> asked = new java.util.LinkedHashSet<>();
        partitions.forEach(each -> asked.add(new ConfigResource(ConfigResource.Type.TOPIC, each.topic())));
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
                admin.describeConfigs(asked).values().entrySet()) {
            String name = topic.getKey().name();
            Exception failure = failure(topic.getValue(), config -> {
                ConfigEntry policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
                if (policy != null && String.valueOf(policy.value()).contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                    problems.add(KafkaSettings.TOPICS.key() + ": topic " + name + " is compacted (cleanup.policy is "
                            + policy.value() + "), which removes deletes that the job has not read yet, and their rows"
                            + " would stay. Set its cleanup.policy to delete, or "
                            + KafkaSettings.COMPACTED_TOPICS.key() + " to accept");
                }
            });
            // Who may not see the settings of topics has to know them.
            boolean isHidden =
                    failure instanceof AuthorizationException || failure instanceof UnsupportedVersionException;
            if (failure != null && !isHidden) {
                problems.add(KafkaSettings.TOPICS.key() + ": it cannot be seen whether topic " + name
                        + " is compacted: " + reason(failure) + ". Set " + KafkaSettings.COMPACTED_TOPICS.key()
                        + " to accept if it need not be");
            }
        }
    }

    private void checkOffsets(Admin admin, Set<TopicPartition> partitions, Problems problems)
            throws InterruptedException {
        if (settings.start() != StartAt.GROUP_OFFSETS) {
            return;
        }
        Set<TopicPartition> without = new java.util.LinkedHashSet<>(partitions);
        Exception failure = failure(
                admin.listConsumerGroupOffsets(settings.brokers().groupId()).partitionsToOffsetAndMetadata(),
                committed -> committed.forEach((partition, offset) -> {
                    if (offset != null) {
                        without.remove(partition);
                    }
                }));
        if (failure != null) {
            problems.add(BrokerSettings.GROUP_ID.key() + ": the offsets of "
                    + settings.brokers().groupId() + " cannot be read: " + reason(failure));
        } else if (!without.isEmpty()) {
            problems.add(KafkaSettings.START.key() + " is group-offsets, and the group "
                    + settings.brokers().groupId() + " has none for " + without + ": set it to earliest or timestamp");
        }
    }

    private <T> @Nullable Exception failure(KafkaFuture<T> future) throws InterruptedException {
        return failure(future, result -> {});
    }

    /** Null if it succeeded, and the result was taken. */
    private <T> @Nullable Exception failure(KafkaFuture<T> future, java.util.function.Consumer<T> taken)
            throws InterruptedException {
        try {
            taken.accept(future.get(settings.brokers().timeout().toMillis(), TimeUnit.MILLISECONDS));
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
        } catch (TimeoutException e) {
            return e;
        }
    }

    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public String wholeAgain(String table) {
        return "it reads the topic of " + table
                + " from its beginning then; where that lacks rows, have Debezium take a" + " snapshot of the table";
    }

    @Override
    public Set<String> tableNames() {
        return settings.captured(topics).names();
    }

    @Override
    public Map<String, Schema> schemas() {
        return schemas;
    }

    /** What is read again is not known before it comes. */
    @Override
    public Map<String, Long> columnRules() {
        TopicTables captured = settings.captured(topics);
        Map<String, Long> rules = new TreeMap<>();
        captured.names().forEach(table -> rules.put(table, captured.rules(table).fingerprint()));
        return rules;
    }

    /** Nothing is made in Kafka. */
    @Override
    public List<String> statements() {
        return List.of();
    }

    @Override
    public void checkComparison(Problems problems) {
        if (found.isEmpty()) {
            return;
        }
        try (Admin admin = Admin.create(bounded(settings))) {
            new WholeTopics(settings, found).check(admin, problems);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problems.add("The checks of Kafka were interrupted: run them again");
        }
    }

    /** Each partition has its own. */
    @Override
    public boolean hasOnePosition() {
        return false;
    }

    /** Versions of each row are what its key's partition gives: there is nothing to outrank. */
    @Override
    public void outrank(Position newest, boolean isToCompare) {
        compares = isToCompare;
    }

    @Override
    public Capture start() {
        return new KafkaCapture(
                settings,
                topics,
                schemas,
                TopicIds.of(topicIds),
                compares ? LastRecords.of(settings, found) : Map.of());
    }
}
