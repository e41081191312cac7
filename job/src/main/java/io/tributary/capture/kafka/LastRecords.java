package io.tributary.capture.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The last record that each partition has now. It is looked for from the end, since what stands there may be no record: the end of
 * a transaction, or what was written in one that was given up.
 */
final class LastRecords {

    private static final Duration POLL = Duration.ofMillis(200);

    private LastRecords() {}

    /** By partition, the offset; none of a partition without records. */
    static Map<TopicPartition, Long> of(KafkaSettings settings, Collection<TopicPartition> partitions) {
        Properties client = KafkaPlan.bounded(settings);
        client.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        client.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client, bytes, bytes)) {
            return of(
                    consumer,
                    partitions,
                    System.nanoTime() + settings.brokers().timeout().toNanos());
        }
    }

    private static Map<TopicPartition, Long> of(
            KafkaConsumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, long deadline) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> last = new HashMap<>();
        List<TopicPartition> open = new ArrayList<>(partitions);
        for (long depth = 1; ; depth *= 16) {
            long back = depth;
            open.removeIf(each ->
                    last.containsKey(each) || ends.getOrDefault(each, 0L) - back / 16 < begins.getOrDefault(each, 0L));
            if (open.isEmpty()) {
                return last;
            }
            consumer.assign(open);
            open.forEach(each ->
                    consumer.seek(each, Math.max(begins.getOrDefault(each, 0L), ends.getOrDefault(each, 0L) - back)));
            List<TopicPartition> unread = new ArrayList<>(open);
            unread.removeIf(each -> begins.getOrDefault(each, 0L) >= ends.getOrDefault(each, 0L));
            while (!unread.isEmpty()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException("The last records of " + unread + " did not come in time");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    TopicPartition of = new TopicPartition(record.topic(), record.partition());
                    if (record.offset() < ends.getOrDefault(of, 0L)) {
                        last.merge(of, record.offset(), Math::max);
                    }
                }
                unread.removeIf(each -> consumer.position(each) >= ends.getOrDefault(each, 0L));
            }
        }
    }
}
