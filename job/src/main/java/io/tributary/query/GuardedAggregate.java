package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Rejected;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation whose file is set aside when an aggregate function throws.
 *
 * <p>Leaving the row out would not do: an aggregate function keeps something, and nothing says how much of the row it has
 * taken, nor that it would throw again when the row is taken back. What is thrown behind the aggregation is not caught.
 */
final class GuardedAggregate extends KeyedProcessFunction<RowData, RowData, RowData> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final KeyedProcessFunction<RowData, RowData, RowData> aggregation;
    private final Uncomputable uncomputable;
    private final RowType type;
    private final SetAside file;
    private transient Behind behind;
    private transient Counter rejected;

    /** @param type of the rows that come */
    @SuppressWarnings("NullAway.Init")
    GuardedAggregate(
            KeyedProcessFunction<RowData, RowData, RowData> aggregation,
            Uncomputable uncomputable,
            RowType type,
            SetAside file) {
        this.aggregation = aggregation;
        this.uncomputable = uncomputable;
        this.type = type;
        this.file = file;
    }

    @Override
    public void setRuntimeContext(RuntimeContext context) {
        super.setRuntimeContext(context);
        aggregation.setRuntimeContext(context);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        file.restore(context);
    }

    @Override
    public void open(OpenContext context) throws Exception {
        behind = new Behind();
        rejected = getRuntimeContext()
                .getMetricGroup()
                .addGroup("table", uncomputable.table())
                .counter("rejected");
        aggregation.open(context);
    }

    @Override
    public void processElement(RowData row, Context context, Collector<RowData> out) throws Exception {
        if (file.isSetAside()) {
            return;
        }
        behind.out = out;
        try {
            aggregation.processElement(row, context, behind);
        } catch (Throwable thrown) {
            if (thrown == behind.thrown || !Uncomputable.isCausedBy(thrown)) {
                throw thrown;
            }
            rejected.inc();
            Rejected letter = uncomputable.setAside(type, row, thrown, System.currentTimeMillis());
            context.output(GuardedOperator.REJECTED, letter);
            context.output(SetAside.MARKS, file.now());
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void close() throws Exception {
        aggregation.close();
    }

    /** Tells apart what the operators behind this one throw. */
    private static final class Behind implements Collector<RowData> {

        private @Nullable Collector<RowData> out;
        private @Nullable Throwable thrown;

        @Override
        public void collect(RowData row) {
            try {
                requireNonNull(out).collect(row);
            } catch (Throwable throwable) {
                thrown = throwable;
                throw throwable;
            }
        }

        @Override
        public void close() {}
    }
}
