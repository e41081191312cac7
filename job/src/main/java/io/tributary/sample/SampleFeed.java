package io.tributary.sample;

import io.tributary.change.Change;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.RichSourceFunction;

/**
 * Hands the changes of one step on, waits for some barriers, and notes the last of them: what follows from the step has left all
 * operators when that barrier has. Before the first step it waits as long, until every file has been told that it has all there is.
 */
@SuppressWarnings("deprecation") // Of Flink's sources only these know barriers.
final class SampleFeed extends RichSourceFunction<Change> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    static final String ENDS = "ends";

    private final ArrayList<ArrayList<SampleChange>> steps;
    private final int barriers;
    private final ListAccumulator<Long> ends = new ListAccumulator<>();

    private volatile boolean isRunning = true;
    private int waiting;
    private long last;

    /** @param barriers how many it takes until all has come that follows from a change */
    private SampleFeed(List<List<SampleChange>> steps, int barriers) {
        this.steps = new ArrayList<>();
        steps.forEach(step -> this.steps.add(new ArrayList<>(step)));
        this.barriers = barriers;
    }

    static DataStream<Change> open(
            StreamExecutionEnvironment environment, List<List<SampleChange>> steps, int barriers) {
        return environment.addSource(new SampleFeed(steps, barriers), "samples", WireType.CHANGE);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        getRuntimeContext().addAccumulator(ENDS, ends);
    }

    @Override
    public void run(SourceContext<Change> context) throws Exception {
        Object lock = context.getCheckpointLock();
        synchronized (lock) {
            await(lock);
        }
        long place = 0;
        for (ArrayList<SampleChange> step : steps) {
            synchronized (lock) {
                for (SampleChange change : step) {
                    place++;
                    context.collect(change.at(place));
                }
                await(lock);
                ends.add(last);
            }
        }
    }

    private void await(Object lock) throws InterruptedException {
        waiting = barriers;
        while (waiting > 0 && isRunning) {
            lock.wait(1000);
        }
    }

    /** Flink holds the lock. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        waiting--;
        last = context.getCheckpointId();
    }

    @Override
    public void cancel() {
        isRunning = false;
    }
}
