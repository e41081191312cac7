package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import io.tributary.change.WireType;
import io.tributary.load.LoadSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** The records that a changelog makes, as text. */
public final class EncodedRecords implements AutoCloseable {

    private final OneInputStreamOperatorTestHarness<ChangelogRow, Tuple2<String, byte[]>> harness;

    private EncodedRecords() throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new RecordEncoder(
                        1L << 20,
                        new UnfitPolicy(UnfitValues.TRUNCATE, Map.of()),
                        Map.of(),
                        Set.of(),
                        LoadSettings.streamed())),
                WireType.CHANGELOG_ROW.createSerializer(new ExecutionConfig().getSerializerConfig()));
        harness.setup(RecordEncoder.RECORD.createSerializer(new ExecutionConfig().getSerializerConfig()));
        harness.open();
    }

    public static EncodedRecords start() throws Exception {
        return new EncodedRecords();
    }

    /** The records of these rows, and of their shapes where they are new. */
    public List<String> of(List<ChangelogRow> rows) throws Exception {
        for (ChangelogRow row : rows) {
            harness.processElement(row, 0);
        }
        List<String> texts = harness.extractOutputValues().stream()
                .map(record -> new String(record.f1, StandardCharsets.UTF_8))
                .toList();
        harness.getOutput().clear();
        return texts;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
