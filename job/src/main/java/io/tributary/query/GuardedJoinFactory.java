package io.tributary.query;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.join.stream.AbstractStreamingJoinOperator;

/** Makes a {@link GuardedJoin} of a join that has a {@link GuardedCondition}. */
final class GuardedJoinFactory extends AbstractStreamOperatorFactory<RowData>
        implements TwoInputStreamOperatorFactory<RowData, RowData, RowData> {

    private static final long serialVersionUID = 1L;

    private final SimpleOperatorFactory<RowData> planned;
    private final GuardedCondition condition;

    /** @param condition the one that the join has */
    GuardedJoinFactory(AbstractStreamingJoinOperator join, GuardedCondition condition) {
        this.planned = SimpleOperatorFactory.of(join);
        this.condition = condition;
        setChainingStrategy(planned.getChainingStrategy());
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Flink declares it
    public <T extends StreamOperator<RowData>> T createStreamOperator(StreamOperatorParameters<RowData> parameters) {
        condition.sendLettersTo(parameters.getOutput());
        planned.setProcessingTimeService(processingTimeService);
        TwoInputStreamOperator<RowData, RowData, RowData> join = planned.createStreamOperator(parameters);
        return (T) new GuardedJoin(join, condition);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return GuardedJoin.class;
    }
}
