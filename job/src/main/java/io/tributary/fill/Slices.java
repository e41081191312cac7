package io.tributary.fill;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.io.network.api.writer.ResultPartitionWriter;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.jspecify.annotations.Nullable;

/**
 * Does work while changes go on: in slices of a few milliseconds with as long a pause between, so that half of the time is left for
 * changes. While those behind the task do not keep up, nothing is done: changes and barriers would wait behind it.
 */
public final class Slices {

    private static final long SLICE_MILLIS = 5;
    private static final long PAUSE_MILLIS = 5;

    /** What is to be done. */
    public interface Work {
        /**
         * Does some of it; true if there is more.
         *
         * @param deadline of {@link System#nanoTime()}
         */
        boolean until(long deadline) throws Exception;
    }

    private final ProcessingTimeService time;
    private final ResultPartitionWriter[] outputs;
    private final Work work;
    private @Nullable ScheduledFuture<?> timer;

    /** @param task of the operator whose work it is */
    public Slices(ProcessingTimeService time, StreamTask<?, ?> task, Work work) {
        this.time = time;
        this.outputs = task.getEnvironment().getAllWriters();
        this.work = work;
    }

    /** The first slice comes next. */
    public void start() {
        timer = time.registerTimer(time.getCurrentProcessingTime(), now -> work());
    }

    private void work() throws Exception {
        timer = null;
        if (!isRoom() || work.until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS))) {
            timer = time.registerTimer(time.getCurrentProcessingTime() + PAUSE_MILLIS, now -> work());
        }
    }

    private boolean isRoom() {
        for (ResultPartitionWriter output : outputs) {
            if (!output.isAvailable()) {
                return false;
            }
        }
        return true;
    }

    /** No slice comes any more. */
    public void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
