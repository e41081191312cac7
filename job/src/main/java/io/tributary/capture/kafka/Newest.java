package io.tributary.capture.kafka;

import io.tributary.capture.debezium.DebeziumReader;
import io.tributary.capture.debezium.RegistryException;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The newest records of the topics, a few of each partition, which show what the tables look like today. Nobody's offsets are
 * moved.
 *
 * <p>Where none of a topic's newest records can be read, none of them would be; a single one is a dead letter of the job.
 */
final class Newest {

    /** How far back each partition is gone, if the records before did not show all tables. */
    private static final int[] DEPTHS = {20, 1_000, 50_000};

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings settings;
    private final Map<String, String> topics;
    private final DebeziumReader reader;
    private final Set<String> readable = new HashSet<>();
    private final Set<String> passedOver = new HashSet<>();
    private final Map<String, String> unreadable = new TreeMap<>();
    private final Map<String, Shapes> shapes = new TreeMap<>();

    /** @param topics those to read, with the names of their tables */
    Newest(KafkaSettings settings, Map<String, String> topics) {
        this.settings = settings;
        this.topics = topics;
        this.reader = ReadEvents.reader(settings, settings.captured(topics), Map.of());
    }

    void read(Set<TopicPartition> partitions, Problems problems) {
        Properties client = KafkaPlan.bounded(settings);
        client.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        client.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        client.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "100");
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client, bytes, bytes)) {
            long deadline = System.nanoTime() + settings.brokers().timeout().toNanos();
            for (int depth : DEPTHS) {
                poll(consumer, unknown(partitions), depth, deadline);
            }
        } catch (RegistryException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        unreadable.keySet().removeAll(readable);
        unreadable.forEach((topic, reason) -> problems.add(KafkaSettings.TOPICS.key()
                + ": none of the newest records of " + topic + " can be read. Of the first it is said: " + reason));
    }

    /** The partitions that may show tables which were not seen yet. */
    private Set<TopicPartition> unknown(Set<TopicPartition> partitions) {
        Set<String> missing = new HashSet<>(settings.captured(topics).names());
        missing.removeAll(reader.schemas().keySet());
        Set<TopicPartition> left = new LinkedHashSet<>(partitions);
        left.removeIf(partition -> isBesideChanges(partition.topic()));
        left.removeIf(partition -> settings.hasTables()
                ? missing.isEmpty()
                : !missing.contains(topics.getOrDefault(partition.topic(), "")));
        return left;
    }

    /** Whether the topic has only records that Debezium writes beside the changes. */
    boolean isBesideChanges(String topic) {
        return passedOver.contains(topic) && !readable.contains(topic) && !unreadable.containsKey(topic);
    }

    /** Whether some of the topic's records were read, and none could be. */
    boolean isUnreadable(String topic) {
        return unreadable.containsKey(topic);
    }

    /** The shapes that were found: each table's newest, with the older ones that do not contradict it. */
    Map<String, Schema> schemas() {
        Map<String, Schema> found = new TreeMap<>(reader.schemas());
        shapes.forEach((table, each) -> found.put(table, each.merged()));
        return found;
    }

    /** Those of one table's records, and when each was seen last: partitions are read side by side, and not in the order of time. */
    private static final class Shapes {
        private final Map<Schema, Moment> seen = new HashMap<>();

        void add(Schema schema, Moment moment) {
            seen.merge(schema, moment, (one, other) -> one.compareTo(other) < 0 ? other : one);
        }

        Schema merged() {
            List<Map.Entry<Schema, Moment>> newestFirst = new ArrayList<>(seen.entrySet());
            newestFirst.sort(Map.Entry.<Schema, Moment>comparingByValue().reversed());
            Schema merged = newestFirst.get(0).getKey();
            for (Map.Entry<Schema, Moment> older : newestFirst) {
                merged = withOlder(merged, older.getKey());
            }
            return merged;
        }

        /** The table is no longer as a shape that contradicts a newer one: its rows show whether they fit. */
        private static Schema withOlder(Schema newer, Schema older) {
            try {
                return newer.merge(older);
            } catch (SchemaConflictException | IllegalArgumentException e) {
                return newer;
            }
        }
    }

    /** When a record was written; offsets tell those of one time apart. */
    private static final class Moment implements Comparable<Moment> {
        private final long timestamp;
        private final long offset;

        private Moment(long timestamp, long offset) {
            this.timestamp = timestamp;
            this.offset = offset;
        }

        @Override
        public int compareTo(Moment other) {
            int byTime = Long.compare(timestamp, other.timestamp);
            return byTime != 0 ? byTime : Long.compare(offset, other.offset);
        }
    }

    private void poll(
            KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, int depth, long deadline) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        List<TopicPartition> open = new ArrayList<>(partitions);
        open.removeIf(partition -> begins.getOrDefault(partition, 0L) >= ends.getOrDefault(partition, 0L));
        consumer.assign(open);
        for (TopicPartition partition : open) {
            consumer.seek(
                    partition, Math.max(begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L) - depth));
        }
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        boolean isPassedOver = reader.read(RawRecords.raw(record), captured -> {
            if (captured instanceof Rejected) {
                unreadable.putIfAbsent(record.topic(), ((Rejected) captured).reason());
                return;
            }
            readable.add(record.topic());
            Change change = (Change) captured;
            if (change.operation().isOfRow()) {
                shapes.computeIfAbsent(change.table(), table -> new Shapes())
                        .add(change.schema(), new Moment(record.timestamp(), record.offset()));
            }
        });
        if (isPassedOver) {
            passedOver.add(record.topic());
        }
    }
}
