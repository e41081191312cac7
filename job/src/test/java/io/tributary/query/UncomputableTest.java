package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Rejected;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

final class UncomputableTest {

    private static final RowType TYPE = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

    @Test
    void theMachinesFaultAndTheEndOfAJobAreNoRowsFault() {
        assertThat(List.of(
                        new OutOfMemoryError(),
                        new InternalError(),
                        new CancelTaskException(),
                        new IllegalStateException(new InterruptedException())))
                .noneMatch(Uncomputable::isCausedBy);
        assertThat(List.of(
                        new ArithmeticException(),
                        new StackOverflowError(),
                        new AssertionError(),
                        new NoClassDefFoundError(),
                        new IOException()))
                .allMatch(Uncomputable::isCausedBy);
        Thread.currentThread().interrupt();
        assertThat(Uncomputable.isCausedBy(new ArithmeticException())).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLetterIsShortAndItsRowReadable() {
        RowType type = RowType.of(
                new LogicalType[] {new TinyIntType(), RowType.of(new VarCharType()), new VarCharType()},
                new String[] {"a", "b", "c"});
        RowData row = GenericRowData.of((byte) 7, GenericRowData.of(StringData.fromString("\"")), null);

        Rejected letter = uncomputable().row(type, row, new IllegalStateException("x".repeat(1000)), 17);

        assertThat(letter.reason())
                .startsWith("sql/a.sql cannot compute this row: IllegalStateException: " + "x".repeat(300) + ".., in ");
        assertThat(letter.timestamp()).isEqualTo(17);
        assertThat(new String(letter.raw(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":7,\"b\":{\"f0\":\"\\\"\"},\"c\":null}");
    }

    @Test
    void whatIsThrownBehindEndsTheJob() throws Exception {
        try (StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1)) {
            guarded(environment)
                    .map(UncomputableTest::refused)
                    .returns(InternalTypeInfo.of(TYPE))
                    .print();

            assertThatThrownBy(environment::execute).rootCause().hasMessage("It is not this row's fault");
        }
    }

    @Test
    void whatARowCameToBeforeItFailedIsDropped() throws Exception {
        try (StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1)) {
            SingleOutputStreamOperator<RowData> guarded = guarded(environment);

            List<Long> rows = new ArrayList<>();
            guarded.executeAndCollect().forEachRemaining(row -> rows.add(row.getLong(0)));

            assertThat(rows).containsExactly(1L, 10L, 3L, 30L);
        }
    }

    /** Of 1 it makes 1 and 10, in one object, of 2 it makes 2 and fails. */
    private static SingleOutputStreamOperator<RowData> guarded(StreamExecutionEnvironment environment) {
        InternalTypeInfo<RowData> type = InternalTypeInfo.of(TYPE);
        environment.getConfig().enableObjectReuse();
        return environment
                .fromData(List.of(row(1), row(2), row(3)), type)
                .transform(
                        "guarded",
                        type,
                        new GuardedFactory(new TenTimes(), uncomputable(), TYPE, type.toRowSerializer(), false));
    }

    private static Uncomputable uncomputable() {
        Problems problems = new Problems();
        SqlFile file = SqlFile.parse("sql/a.sql", "-- key: id\nSELECT id FROM events", problems);
        problems.throwIfAny();
        return new Uncomputable(file, new Expression("Calc(select=[id])"));
    }

    private static RowData refused(RowData row) {
        throw new IllegalStateException("It is not this row's fault");
    }

    private static RowData row(long id) {
        return GenericRowData.of(id);
    }

    private static final class TenTimes extends CodeGenOperatorFactory<RowData> {
        private static final long serialVersionUID = 1L;

        TenTimes() {
            super(null);
        }

        @Override
        public <T extends StreamOperator<RowData>> T createStreamOperator(
                StreamOperatorParameters<RowData> parameters) {
            ProcessFunction<RowData, RowData> function = new ProcessFunction<>() {
                private final GenericRowData row = new GenericRowData(1);

                @Override
                public void processElement(RowData from, Context context, Collector<RowData> out) {
                    row.setField(0, from.getLong(0));
                    out.collect(row);
                    if (from.getLong(0) == 2) {
                        throw new IllegalStateException("It is two");
                    }
                    row.setField(0, 10 * from.getLong(0));
                    out.collect(row);
                }
            };
            SimpleOperatorFactory<RowData> factory = SimpleOperatorFactory.of(new ProcessOperator<>(function));
            factory.setProcessingTimeService(processingTimeService);
            return factory.createStreamOperator(parameters);
        }
    }
}
