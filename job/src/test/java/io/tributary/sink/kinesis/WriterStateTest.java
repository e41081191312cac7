package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sink.kinesis.LocalStream.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsSink;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A checkpoint has what is not in the stream yet, in the form of the connector's own writer. */
@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
@Tag("slow")
class WriterStateTest {

    private LocalStream stream;
    private KinesisSettings settings;
    private volatile int failures;

    @BeforeEach
    void start() throws Exception {
        stream = LocalStream.start(request -> request < failures ? Answer.CLOSED : Answer.TAKEN);
        settings = stream.settings(Map.of());
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    @Test
    void recordsThatWaitInAStateOfTheConnectorsWriterAreSentFirst() throws Exception {
        OperatorSubtaskState state = stateOf(connector());
        assertThat(stream.taken()).isEmpty();

        goOn(new WatchedSink(LocalStream.NAME, settings), state);

        assertThat(stream.taken()).containsExactly("one", "two", "three");
    }

    @Test
    void theConnectorsWriterGoesOnFromAStateOfOurs() throws Exception {
        OperatorSubtaskState state = stateOf(new WatchedSink(LocalStream.NAME, settings));
        assertThat(stream.taken()).isEmpty();

        goOn(connector(), state);

        assertThat(stream.taken()).containsExactly("one", "two", "three");
    }

    @Test
    void aCheckpointWaitsForARequestThatFails() throws Exception {
        failures = 9;
        WatchedSink each = new WatchedSink(LocalStream.NAME, stream.settings(Map.of("kinesis.max-batch-records", "1")));

        OperatorSubtaskState state = stateOf(each);
        assertThat(stream.taken()).containsExactly("one", "two");

        goOn(each, state);
        assertThat(stream.taken()).containsExactly("one", "two", "three");
    }

    private static OperatorSubtaskState stateOf(Sink<Tuple2<String, byte[]>> sink) throws Exception {
        try (var harness = harness(sink)) {
            harness.open();
            harness.processElement(record("one"), 0);
            harness.processElement(record("two"), 0);
            harness.prepareSnapshotPreBarrier(1);
            return harness.snapshot(1, 0);
        }
    }

    private static void goOn(Sink<Tuple2<String, byte[]>> sink, OperatorSubtaskState state) throws Exception {
        try (var harness = harness(sink)) {
            harness.initializeState(state);
            harness.open();
            harness.processElement(record("three"), 0);
            harness.endInput();
        }
    }

    private static OneInputStreamOperatorTestHarness<Tuple2<String, byte[]>, CommittableMessage<Object>> harness(
            Sink<Tuple2<String, byte[]>> sink) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new SinkWriterOperatorFactory<>(sink),
                RecordEncoder.RECORD.createSerializer(new SerializerConfigImpl()));
    }

    private static Tuple2<String, byte[]> record(String text) {
        return Tuple2.of("key", text.getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("deprecation") // A stream's ARN would need an account.
    private KinesisStreamsSink<Tuple2<String, byte[]>> connector() {
        return KinesisStreamsSink.<Tuple2<String, byte[]>>builder()
                .setStreamName(LocalStream.NAME)
                .setKinesisClientProperties(settings.client())
                .setPartitionKeyGenerator(record -> record.f0)
                .setSerializationSchema(record -> record.f1)
                .setFailOnError(false)
                .build();
    }
}
