package io.tributary.capture.kafka;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.RawRecord;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/** The tables whose changes Debezium writes to topics. */
final class KafkaCapture implements Capture {

    private final KafkaSettings settings;
    private final Map<String, String> topics;
    private final Map<String, Schema> known;
    private final TopicIds topicIds;
    private final Map<TopicPartition, Long> ends;

    /**
     * @param topics those to read, with the names of their tables
     * @param known the tables' shapes, as far as they are known
     * @param topicIds as they are at the start
     * @param ends the last record of each partition, if it is to be said when tables were read up to there; else empty
     */
    KafkaCapture(
            KafkaSettings settings,
            Map<String, String> topics,
            Map<String, Schema> known,
            TopicIds topicIds,
            Map<TopicPartition, Long> ends) {
        this.settings = settings;
        this.topics = topics;
        this.known = known;
        this.topicIds = topicIds;
        this.ends = ends;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        SingleOutputStreamOperator<RawRecord> records = environment
                .fromSource(source(), WatermarkStrategy.noWatermarks(), "Kafka", WireType.RAW_RECORD)
                .uid(uid);
        if (ends.isEmpty()) {
            return events(records, uid);
        }
        SingleOutputStreamOperator<RawRecord> watched = records.transform(
                        "ends of partitions", WireType.RAW_RECORD, new EndsReached(ends))
                .uid(uid + "-ends");
        return events(watched, uid)
                .union(watched.getSideOutput(EndsReached.REACHED)
                        .process(new TablesRead(partitions(), known))
                        .returns(WireType.CAPTURED)
                        .uid(uid + "-read")
                        .name("tables that were read")
                        .forceNonParallel());
    }

    private DataStream<Captured> events(DataStream<RawRecord> records, String uid) {
        return records.process(new ReadEvents(settings, settings.captured(topics), known, topicIds))
                .returns(WireType.CAPTURED)
                .uid(uid + "-events")
                .name("Debezium events");
    }

    /** By table, those that may have its rows. */
    private Map<String, Set<String>> partitions() {
        Map<String, Set<String>> partitions = new TreeMap<>();
        for (TopicPartition partition : ends.keySet()) {
            Set<String> tables =
                    settings.hasTables() ? known.keySet() : Set.of(requireNonNull(topics.get(partition.topic())));
            tables.forEach(table ->
                    partitions.computeIfAbsent(table, first -> new TreeSet<>()).add(partition.toString()));
        }
        return partitions;
    }

    private KafkaSource<RawRecord> source() {
        return KafkaSource.<RawRecord>builder()
                .setProperties(settings.client())
                .setKafkaSubscriber(new KnownTopics(topics.keySet(), topicIds))
                .setGroupId(settings.brokers().groupId())
                .setStartingOffsets(StartOffsets.of(settings))
                .setDeserializer(new RawRecords())
                .build();
    }
}
