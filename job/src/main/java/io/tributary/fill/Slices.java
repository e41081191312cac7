package io.tributary.fill;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.jspecify.annotations.Nullable;

/**
 * Does work while changes go on: in slices of a few milliseconds with as long a pause between, so that half of the time is left for
 * changes.
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
    private final Work work;
    private @Nullable ScheduledFuture<?> timer;

    /** @param time of the operator whose work it is */
    public Slices(ProcessingTimeService time, Work work) {
        this.time = time;
        this.work = work;
    }

    /** The first slice comes next. */
    public void start() {
        timer = time.registerTimer(time.getCurrentProcessingTime(), now -> work());
    }

    private void work() throws Exception {
        timer = null;
        if (work.until(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS))) {
            timer = time.registerTimer(time.getCurrentProcessingTime() + PAUSE_MILLIS, now -> work());
        }
    }

    /** No slice comes any more. */
    public void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
