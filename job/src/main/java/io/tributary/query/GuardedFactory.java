package io.tributary.query;

import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** Makes a {@link GuardedOperator} of one that the planner wrote. */
final class GuardedFactory extends AbstractStreamOperatorFactory<RowData>
        implements OneInputStreamOperatorFactory<RowData, RowData> {

    private static final long serialVersionUID = 1L;

    private final CodeGenOperatorFactory<RowData> planned;
    private final Uncomputable uncomputable;
    private final RowType type;
    private final @Nullable RowDataSerializer copies;

    /**
     * @param type of the rows that come
     * @param copies for operators that make several rows of one, or null
     */
    GuardedFactory(
            CodeGenOperatorFactory<RowData> planned,
            Uncomputable uncomputable,
            RowType type,
            @Nullable RowDataSerializer copies) {
        this.planned = planned;
        this.uncomputable = uncomputable;
        this.type = type;
        this.copies = copies;
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
        return (T) new GuardedOperator(operator, held, parameters.getOutput(), uncomputable, type);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return GuardedOperator.class;
    }
}
