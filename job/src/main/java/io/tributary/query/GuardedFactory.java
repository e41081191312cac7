package io.tributary.query;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Makes a {@link GuardedOperator} of one of the planner's. */
final class GuardedFactory extends AbstractStreamOperatorFactory<RowData>
        implements OneInputStreamOperatorFactory<RowData, RowData> {

    private static final long serialVersionUID = 1L;

    private final AbstractStreamOperatorFactory<RowData> planned;
    private final Uncomputable uncomputable;
    private final RowType type;
    private final @Nullable RowDataSerializer copies;
    private final boolean isLookup;

    /**
     * @param type of the rows that come
     * @param copies for operators that make several rows of one, or null
     * @param isLookup whether it asks somebody else
     */
    GuardedFactory(
            AbstractStreamOperatorFactory<RowData> planned,
            Uncomputable uncomputable,
            RowType type,
            @Nullable RowDataSerializer copies,
            boolean isLookup) {
        this.planned = planned;
        this.uncomputable = uncomputable;
        this.type = type;
        this.copies = copies;
        this.isLookup = isLookup;
        setChainingStrategy(planned.getChainingStrategy());
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Flink declares it
    public <T extends StreamOperator<RowData>> T createStreamOperator(StreamOperatorParameters<RowData> parameters) {
        HeldOutput held =
                new HeldOutput(parameters.getOutput(), copies == null ? null : (RowDataSerializer) copies.duplicate());
        planned.setProcessingTimeService(processingTimeService);
        OneInputStreamOperator<RowData, RowData> operator = planned.createStreamOperator(new StreamOperatorParameters<>(
                parameters.getContainingTask(),
                parameters.getStreamConfig(),
                held,
                parameters::getProcessingTimeService,
                parameters.getOperatorEventDispatcher(),
                parameters.getMailboxExecutor()));
        return (T) new GuardedOperator(operator, held, parameters.getOutput(), uncomputable, type, isLookup);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return GuardedOperator.class;
    }
}
