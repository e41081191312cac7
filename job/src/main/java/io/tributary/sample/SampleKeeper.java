package io.tributary.sample;

import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Keeps all that comes out, with the barrier behind which it came, for the end of the job. */
final class SampleKeeper<T> extends RichFilterFunction<T> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** How a thing that comes out is kept. */
    interface Form<T> extends Function<T, SampleOutput>, Serializable {}

    private final String name;
    private final Form<T> form;
    private final ListAccumulator<SampleOutput> outputs = new ListAccumulator<>();
    private long barrier;

    /** @param name of the accumulator that has it */
    SampleKeeper(String name, Form<T> form) {
        this.name = name;
        this.form = form;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        getRuntimeContext().addAccumulator(name, outputs);
    }

    @Override
    public boolean filter(T thing) {
        outputs.add(form.apply(thing).behind(barrier));
        return false;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        barrier = context.getCheckpointId();
    }
}
