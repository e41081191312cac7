package io.tributary.capture.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.flink.connector.kafka.source.enumerator.subscriber.KafkaSubscriber;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of some topics, as long as these are the topics that the job began with. The source asks when it starts, after each
 * failure, and every {@code partition.discovery.interval.ms}.
 */
final class KnownTopics implements KafkaSubscriber {

    private static final long serialVersionUID = 1L;

    private final ArrayList<String> topics;
    private final TopicIds ids;

    /** @param ids as they are at the start */
    KnownTopics(Collection<String> topics, TopicIds ids) {
        this.topics = new ArrayList<>(topics);
        this.ids = ids;
    }

    @Override
    public Set<TopicPartition> getSubscribedTopicPartitions(AdminClient admin) {
        Map<String, TopicDescription> described = describe(admin);
        Map<String, String> idOf = new TreeMap<>();
        Set<TopicPartition> partitions = new HashSet<>();
        described.forEach((topic, description) -> {
            idOf.put(topic, description.topicId().toString());
            description.partitions().forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
        });
        String problem = ids.problemWhileRunning(idOf);
        if (problem != null) {
            throw new FlinkRuntimeException(new SuppressRestartsException(new IllegalStateException(problem)));
        }
        return partitions;
    }

    private Map<String, TopicDescription> describe(AdminClient admin) {
        try {
            return admin.describeTopics(topics).allTopicNames().get();
        } catch (ExecutionException e) {
            throw new FlinkRuntimeException("Topics cannot be described: " + topics, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException("Interrupted while topics were described", e);
        }
    }
}
