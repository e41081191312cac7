package io.tributary.query;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.YieldingOperatorFactory;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.table.data.RowData;

/** Gives a {@link GuardedAsync} what it needs of the operator that runs it. */
@SuppressWarnings("deprecation") // YieldingOperatorFactory is how Flink gives it the operator's thread
final class GuardedAsyncFactory extends AbstractStreamOperatorFactory<RowData>
        implements OneInputStreamOperatorFactory<RowData, RowData>, YieldingOperatorFactory<RowData> {

    private static final long serialVersionUID = 1L;

    private final AsyncWaitOperatorFactory<RowData, RowData> planned;
    private final GuardedAsync function;

    /** @param function the one that the other factory has */
    GuardedAsyncFactory(AsyncWaitOperatorFactory<RowData, RowData> planned, GuardedAsync function) {
        this.planned = planned;
        this.function = function;
        setChainingStrategy(planned.getChainingStrategy());
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as Flink declares it
    public <T extends StreamOperator<RowData>> T createStreamOperator(StreamOperatorParameters<RowData> parameters) {
        planned.setProcessingTimeService(processingTimeService);
        planned.setMailboxExecutor(getMailboxExecutor());
        function.sendLettersTo(parameters.getOutput(), getMailboxExecutor());
        return planned.createStreamOperator(parameters);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return planned.getStreamOperatorClass(loader);
    }
}
