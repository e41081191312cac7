package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.BinaryRows;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.junit.jupiter.api.Test;

class CapturedSplitTest {

    private static final Column ID = Column.of("id", new BigIntType(false));
    private static final Schema DECLARED = Schema.of("t", List.of(ID), List.of("id"));
    private static final Schema FOUND =
            Schema.of("t", List.of(ID, Column.inferred("x", InferredType.BIGINT)), List.of("id"));
    private static final BinaryRowData KEY = BinaryRows.of(
            1, BinaryRows.bytes(new RowDataSerializer(DECLARED.rowType()).toBinaryRow(GenericRowData.of(7L))));

    @Test
    void eachShapeOfTypesFoundFromDataIsAnnouncedOnce() throws Exception {
        try (OneInputStreamOperatorTestHarness<Captured, Change> harness =
                ProcessFunctionTestHarnesses.forProcessFunction(new CapturedSplit())) {
            for (Schema schema : List.of(DECLARED, FOUND, FOUND, DECLARED, FOUND)) {
                harness.processElement(new StreamRecord<>(Change.delete(schema, Position.of(3, 0), 5, KEY)));
            }

            assertThat(harness.extractOutputValues()).hasSize(5);
            assertThat(harness.getSideOutput(CapturedSplit.OF_TABLES))
                    .extracting(said -> said.getValue().operation())
                    .containsExactly(Operation.STARTED, Operation.RETYPED);
            assertThat(harness.getSideOutput(CapturedSplit.OF_TABLES))
                    .last()
                    .satisfies(announced ->
                            assertThat(announced.getValue().schema()).isEqualTo(FOUND));
        }
    }
}
