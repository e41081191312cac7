package io.tributary.capture.dynamodb.stream;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.ExposedMetrics;
import io.tributary.MetricsPage;
import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.capture.dynamodb.item.Tables;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.types.logical.DecimalType;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
final class DecodeTest {

    private static final int MAX_PARALLELISM = 8;

    @Test
    void afterARescaleEverySubtaskKnowsTheColumnsThatAnyHadFound() throws Exception {
        OperatorSubtaskState first;
        OperatorSubtaskState second;
        try (Harness one = harness(Tables.plain("orders"), 2, 0);
                Harness other = harness(Tables.plain("orders"), 2, 1)) {
            one.open();
            other.open();
            one.take("\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"x\"}");
            other.take("\"a\":{\"N\":\"0.5\"},\"c\":{\"BOOL\":true}");
            first = one.snapshot(1, 1);
            second = other.snapshot(1, 1);
        }
        OperatorSubtaskState all = AbstractStreamOperatorTestHarness.repackageState(first, second);
        for (int subtask = 0; subtask < 3; subtask++) {
            try (Harness restored = harness(Tables.plain("orders"), 3, subtask)) {
                restored.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        all, MAX_PARALLELISM, 2, 3, subtask));
                restored.open();
                restored.take("\"a\":{\"N\":\"7\"}");

                assertThat(restored.schema().columns())
                        .extracting(Column::toString)
                        .containsExactly("pk STRING NOT NULL", "a DECIMAL(21, 2)", "b STRING", "c BOOLEAN");
            }
        }
    }

    @Test
    void aDeclarationThatChangedEndsTheJobWithASentence() throws Exception {
        OperatorSubtaskState state;
        try (Harness before = harness(declared(Column.of("a", InferredType.BIGINT)), 1, 0)) {
            before.open();
            state = before.snapshot(1, 1);
        }
        try (Harness after = harness(declared(Column.of("a", InferredType.BOOLEAN)), 1, 0)) {
            assertThatThrownBy(() -> after.initializeState(state))
                    .isInstanceOf(SuppressRestartsException.class)
                    .cause()
                    .hasMessageContaining("tables.orders.dynamodb.columns");
        }
    }

    @Test
    void aDeclarationThatDoesNotHoldWhatWasFoundEndsTheJobWithTheTypeThatDoes() throws Exception {
        OperatorSubtaskState state = found("\"price\":{\"N\":\"9.99\"}");

        try (Harness after = harness(declared(Column.of("price", new DecimalType(12, 2))), 1, 0)) {
            assertThatThrownBy(() -> after.initializeState(state))
                    .isInstanceOf(SuppressRestartsException.class)
                    .cause()
                    .hasMessageContaining("Column price of table orders is declared as DECIMAL(12, 2)")
                    .hasMessageContaining("declare it as DECIMAL(21, 2)")
                    .hasMessageContaining("tables.orders.dynamodb.columns");
        }
    }

    @Test
    void aDeclarationThatHoldsWhatWasFoundIsKeptFromThenOn() throws Exception {
        OperatorSubtaskState state = found("\"price\":{\"N\":\"9.99\"}");

        try (Harness after = harness(declared(Column.of("price", new DecimalType(21, 2))), 1, 0)) {
            after.initializeState(state);
            after.open();
            after.take("\"price\":{\"N\":\"0.125\"}");
            after.take("\"price\":{\"N\":\"1.25\"}");

            assertThat(after.extractOutputValues().get(0))
                    .asInstanceOf(InstanceOfAssertFactories.type(Rejected.class))
                    .extracting(Rejected::reason)
                    .asString()
                    .contains("tables.orders.dynamodb.columns.price");
            assertThat(after.schema().columns().get(1)).hasToString("price DECIMAL(21, 2)");
        }
    }

    private static OperatorSubtaskState found(String attributes) throws Exception {
        try (Harness before = harness(Tables.plain("orders"), 1, 0)) {
            before.open();
            before.take(attributes);
            return before.snapshot(1, 1);
        }
    }

    @Test
    void whatCannotBeReadIsCounted() throws Exception {
        try (Harness harness = harness(Tables.plain("orders"), 1, 0)) {
            harness.open();
            harness.processElement(record("no JSON"));
            harness.take("\"a\":{\"N\":\"1\"}");

            assertThat(harness.extractOutputValues()).hasSize(2);
            assertThat(harness.extractOutputValues().get(0)).isInstanceOf(Rejected.class);
            assertThat(harness.extractOutputValues().get(1)).isInstanceOf(Change.class);
        }
    }

    @Test
    void aGapIsADeadLetterOfEachTable() throws Exception {
        StreamGap gap = StreamGap.expired(Instant.parse("2030-01-31T12:00:00Z"), Instant.parse("2030-02-02T12:00:00Z"));
        try (Harness harness = new Harness(List.of(Tables.plain("orders"), Tables.plain("customers")), 1, 0)) {
            harness.open();
            harness.setProcessingTime(1_900_000_000_000L);
            harness.processElement(new StreamRecord<>(gap.record()));

            assertThat(harness.extractOutputValues()).containsExactly(letter("orders"), letter("customers"));
        }
    }

    private static Rejected letter(String table) {
        return Rejected.of(
                "dynamodb",
                table,
                1_900_000_000_000L,
                "The stream no longer had what came between 2030-01-31T12:00:00Z and 2030-02-02T12:00:00Z when the job"
                        + " was resumed: it had stood still for longer than the stream keeps its records. What was written"
                        + " to table " + table + " or deleted from it in that time is missing. Set tables." + table
                        + ".dynamodb.replace-by-full-export to true, so that rows that were deleted go, too, and export the"
                        + " table to where the job looks for exports (dynamodb.exports.location): dynamodb export --table "
                        + table + " --full",
                new byte[0],
                null);
    }

    @Test
    void whatAStreamThatWasMadeAgainDoesNotHaveIsADeadLetter() {
        StreamGap gap =
                StreamGap.ofAnotherStream(Instant.parse("2030-01-31T12:00:00Z"), Instant.parse("2030-02-02T12:00:00Z"));

        assertThat(requireNonNull(StreamGap.in(gap.record())).sentence(Tables.plain("orders")))
                .startsWith("The stream was made again at 2030-02-02T12:00:00Z, and the one that the job had read until"
                        + " 2030-01-31T12:00:00Z is gone. What was written to table orders");
    }

    @Test
    void thePageOfMetricsSaysWhatIsExposed() throws Exception {
        Configuration configuration = new Configuration();
        ExposedMetrics.addTo(configuration);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        environment
                .fromCollection(List.of(record("no JSON").getValue()))
                .process(new Decode(List.of(Tables.plain("orders")), Unwanted.DEAD_LETTER, Unwanted.DEAD_LETTER))
                .returns(WireType.CAPTURED)
                .sinkTo(new DiscardingSink<>());

        environment.execute();

        MetricsPage.assertThatSectionTells("DynamoDB: the stream", "io.tributary.capture.dynamodb.stream");
    }

    private static ItemTable declared(Column column) {
        return Tables.of("orders", List.of(column), Set.of());
    }

    private static Harness harness(ItemTable table, int parallelism, int subtask) throws Exception {
        return new Harness(List.of(table), parallelism, subtask);
    }

    private static StreamRecord<Tuple2<String, byte[]>> record(String json) {
        return new StreamRecord<>(Tuple2.of("1", json.getBytes(StandardCharsets.UTF_8)));
    }

    private static final class Harness extends OneInputStreamOperatorTestHarness<Tuple2<String, byte[]>, Captured> {

        Harness(List<ItemTable> tables, int parallelism, int subtask) throws Exception {
            super(
                    new ProcessOperator<>(new Decode(tables, Unwanted.DEAD_LETTER, Unwanted.DEAD_LETTER)),
                    MAX_PARALLELISM,
                    parallelism,
                    subtask);
        }

        void take(String attributes) throws Exception {
            processElement(record("{\"eventName\":\"INSERT\",\"eventSource\":\"aws:dynamodb\",\"tableName\":\"orders\","
                    + "\"dynamodb\":{\"ApproximateCreationDateTime\":1700000000123,\"Keys\":{\"pk\":{\"S\":\"1\"}},"
                    + "\"NewImage\":{\"pk\":{\"S\":\"1\"}," + attributes + "}}}"));
        }

        Schema schema() {
            List<Captured> output = extractOutputValues();
            return ((Change) output.get(output.size() - 1)).schema();
        }
    }
}
