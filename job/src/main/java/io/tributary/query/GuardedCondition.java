package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Rejected;
import org.apache.flink.api.common.functions.AbstractRichFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.generated.GeneratedJoinCondition;
import org.apache.flink.table.runtime.generated.JoinCondition;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * A join's condition that does not hold where it cannot be computed: the two rows become a dead letter.
 *
 * <p>It says the same whenever it is asked for the same rows, so what was not joined is not taken back either.
 */
final class GuardedCondition extends GeneratedJoinCondition {

    private static final long serialVersionUID = 1L;

    private final GeneratedJoinCondition planned;
    private final Uncomputable uncomputable;
    private final RowType left;
    private final RowType right;
    private transient @Nullable Output<?> output;
    private transient boolean isRetraction;

    GuardedCondition(GeneratedJoinCondition planned, Uncomputable uncomputable, RowType left, RowType right) {
        super(planned.getClassName(), "", planned.getReferences());
        this.planned = planned;
        this.uncomputable = uncomputable;
        this.left = left;
        this.right = right;
    }

    /** To be called before the operator is opened. */
    void sendLettersTo(Output<?> newOutput) {
        output = newOutput;
    }

    /** To be called before each row: there is no letter for what is only taken back. */
    void expect(boolean isRetracted) {
        isRetraction = isRetracted;
    }

    @Override
    public JoinCondition newInstance(ClassLoader loader) {
        return new Guard(planned.newInstance(loader));
    }

    private final class Guard extends AbstractRichFunction implements JoinCondition {

        private static final long serialVersionUID = 1L;

        private final JoinCondition condition;
        private transient @Nullable Counter rejected;

        Guard(JoinCondition condition) {
            this.condition = condition;
        }

        @Override
        public void setRuntimeContext(RuntimeContext context) {
            super.setRuntimeContext(context);
            condition.setRuntimeContext(context);
        }

        @Override
        public void open(OpenContext context) throws Exception {
            rejected = getRuntimeContext()
                    .getMetricGroup()
                    .addGroup("table", uncomputable.table())
                    .counter("rejected");
            condition.open(context);
        }

        @Override
        public void close() throws Exception {
            condition.close();
        }

        @Override
        public boolean apply(RowData leftRow, RowData rightRow) {
            try {
                return condition.apply(leftRow, rightRow);
            } catch (Throwable thrown) {
                if (!Uncomputable.isCausedBy(thrown)) {
                    ExceptionUtils.rethrow(thrown);
                }
                reject(leftRow, rightRow, thrown);
                return false;
            }
        }

        private void reject(RowData leftRow, RowData rightRow, Throwable thrown) {
            if (isRetraction) {
                return;
            }
            requireNonNull(rejected).inc();
            Rejected letter = uncomputable.pair(left, leftRow, right, rightRow, thrown, System.currentTimeMillis());
            requireNonNull(output).collect(GuardedOperator.REJECTED, new StreamRecord<>(letter));
        }
    }
}
