package io.tributary.capture.kafka;

import io.tributary.settings.Problems;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Whether topics keep a record of each row: then a row without one is gone. Compacted topics do, and so do those that have never
 * dropped a record.
 */
final class WholeTopics {

    private static final String UNLIMITED = "-1";

    private final KafkaSettings settings;
    private final Set<TopicPartition> partitions;

    WholeTopics(KafkaSettings settings, Set<TopicPartition> partitions) {
        this.settings = settings;
        this.partitions = partitions;
    }

    /** Adds a problem for each topic that does not. */
    void check(Admin admin, Problems problems) throws InterruptedException {
        if (settings.start() != StartAt.EARLIEST) {
            problems.add(KafkaSettings.START.key() + " is " + settings.start() + ", and start-from is targets, which"
                    + " needs all that the topics have: set it to earliest");
        }
        try {
            Map<TopicPartition, Long> last = LastRecords.of(settings, partitions);
            Set<String> cut = cut(admin);
            for (Map.Entry<ConfigResource, Config> each : configs(admin).entrySet()) {
                String topic = each.getKey().name();
                String problem = last.keySet().stream().noneMatch(partition -> isOf(topic, partition))
                        ? "has no records, and start-from is targets, which would delete all rows of its table: see that"
                                + " the connector has taken its snapshot"
                        : problem(each.getValue(), cut.contains(topic));
                if (problem != null) {
                    problems.add(KafkaSettings.TOPICS.key() + ": topic " + topic + " " + problem);
                }
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            problems.add(KafkaSettings.TOPICS.key()
                    + ": start-from is targets, and it cannot be seen whether the topics keep a record of each row: "
                    + KafkaPlan.reason(e) + ". Let the user read and describe them, or take start-from out");
        }
    }

    /** The end of a sentence; null if the topic keeps a record of each row. */
    private static @Nullable String problem(Config config, boolean isCut) {
        String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        boolean isDropped = policy.contains(TopicConfig.CLEANUP_POLICY_DELETE)
                && !(value(config, TopicConfig.RETENTION_MS_CONFIG).equals(UNLIMITED)
                        && value(config, TopicConfig.RETENTION_BYTES_CONFIG).equals(UNLIMITED));
        boolean isCompacted = policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (!isDropped && (isCompacted || !isCut)) {
            return null;
        }
        return "drops records, or has dropped some (cleanup.policy is " + policy
                + "), so that a row without a record need not be gone, and start-from is targets: take that out, and"
                + " empty the targets of its table before the start; or have the connector write to a topic that is"
                + " compacted and take a new snapshot";
    }

    private static String value(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    private static boolean isOf(String topic, TopicPartition partition) {
        return partition.topic().equals(topic);
    }

    private Map<ConfigResource, Config> configs(Admin admin)
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<ConfigResource> topics = partitions.stream()
                .map(partition -> new ConfigResource(ConfigResource.Type.TOPIC, partition.topic()))
                .collect(Collectors.toSet());
        return admin.describeConfigs(topics)
                .all()
                .get(settings.brokers().timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The topics that have lost their first records. */
    private Set<String> cut(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked =
                partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.earliest()));
        Set<String> cut = new TreeSet<>();
        admin.listOffsets(asked)
                .all()
                .get(settings.brokers().timeout().toMillis(), TimeUnit.MILLISECONDS)
                .forEach((partition, begin) -> {
                    if (begin.offset() > 0) {
                        cut.add(partition.topic());
                    }
                });
        return cut;
    }
}
