package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.StreamStart;
import java.time.Clock;
import java.time.Instant;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants.InitialPosition;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;
import org.jspecify.annotations.Nullable;

/**
 * The records of the stream: sequence number and data, and the gaps in it. Only this class and {@link WatchedConsumer} know which
 * of flink-connector-kinesis' readers reads them: the consumer. Its KinesisStreamsSource of 4.3.0 is experimental, knows no enhanced fan-out, and never pauses (ADR 16).
 *
 * <p>Children of a shard are read beside it, so a later change may come before an earlier one.
 */
final class StreamSource {

    private static final TypeInformation<Tuple2<String, byte[]>> RECORD =
            Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));
    private static final double MILLIS = 1000;

    private StreamSource() {}

    @SuppressWarnings("deprecation") // Its successor is experimental.
    static DataStream<Tuple2<String, byte[]>> open(
            StreamExecutionEnvironment environment,
            DynamoDbSettings settings,
            Instant startedAt,
            @Nullable KeptRecords kept,
            String uid) {
        WatchedConsumer consumer = new WatchedConsumer(
                settings.stream(), new Records(), properties(settings, startedAt), kept, Clock.systemUTC());
        return environment
                .addSource(consumer, "Kinesis " + settings.stream(), RECORD)
                .uid(uid);
    }

    /** LATEST is a moment here: else what comes before the first checkpoint would be lost if that fails. */
    static Properties properties(DynamoDbSettings settings, Instant startedAt) {
        Properties properties = new Properties();
        properties.putAll(settings.kinesisClient());
        Instant from = settings.start() == StreamStart.LATEST ? startedAt : settings.startTimestamp();
        InitialPosition position = from == null ? InitialPosition.TRIM_HORIZON : InitialPosition.AT_TIMESTAMP;
        properties.setProperty(ConsumerConfigConstants.STREAM_INITIAL_POSITION, position.name());
        if (from != null) {
            properties.setProperty(
                    ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP, String.valueOf(from.toEpochMilli() / MILLIS));
        }
        return properties;
    }

    /** Nothing is decoded here, where there is no state to do it with. */
    static final class Records implements KinesisDeserializationSchema<Tuple2<String, byte[]>> {

        private static final long serialVersionUID = 1L;

        @Override
        public Tuple2<String, byte[]> deserialize(
                byte[] data, String partitionKey, String sequenceNumber, long arrival, String stream, String shard) {
            return Tuple2.of(sequenceNumber, data);
        }

        @Override
        public TypeInformation<Tuple2<String, byte[]>> getProducedType() {
            return RECORD;
        }
    }
}
