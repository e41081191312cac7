package io.tributary.capture.kafka;

import io.tributary.capture.Capture;
import io.tributary.capture.debezium.TopicTables;
import io.tributary.change.Captured;
import io.tributary.change.RawRecord;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The tables whose changes Debezium writes to topics. */
final class KafkaCapture implements Capture {

    private final KafkaSettings settings;
    private final Map<String, String> topics;
    private final Map<String, Schema> known;
    private final TopicIds topicIds;

    /**
     * @param topics those to read, with the names of their tables
     * @param known the tables' shapes, as far as they are known
     * @param topicIds as they are at the start
     */
    KafkaCapture(KafkaSettings settings, Map<String, String> topics, Map<String, Schema> known, TopicIds topicIds) {
        this.settings = settings;
        this.topics = topics;
        this.known = known;
        this.topicIds = topicIds;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        TopicTables tables = settings.captured(topics);
        return environment
                .fromSource(source(), WatermarkStrategy.noWatermarks(), "Kafka", WireType.RAW_RECORD)
                .uid(uid)
                .process(new ReadEvents(settings, tables, known, topicIds))
                .returns(WireType.CAPTURED)
                .uid(uid + "-events")
                .name("Debezium events");
    }

    private KafkaSource<RawRecord> source() {
        return KafkaSource.<RawRecord>builder()
                .setProperties(settings.client())
                .setKafkaSubscriber(new KnownTopics(topics.keySet(), topicIds))
                .setGroupId(settings.groupId())
                .setStartingOffsets(StartOffsets.of(settings))
                .setDeserializer(new RawRecords())
                .build();
    }
}
