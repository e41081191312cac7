package io.tributary.capture.postgres.source;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How many batches of one reading thread are on their way to the job; the thread waits while there are {@link #BATCHES}.
 *
 * <p>It waits here, so that Flink's queue between the reading threads and the job is never full. That queue can have one thread that waits
 * for room, but not two (FutureCompletingBlockingQueue of Flink 1.20): one that is woken up for a new split stays in the list of
 * those who wait, takes the next signal for nothing, and the other thread waits for ever.
 */
final class UnderWay {

    static final int BATCHES = 3;

    private static final long PAUSE_MILLIS = 100;

    private final Semaphore free = new Semaphore(BATCHES);
    private final BooleanSupplier ends;

    /**
     * @param ends whether to wait no longer
     */
    UnderWay(BooleanSupplier ends) {
        this.ends = ends;
    }

    /** A new batch, when there may be one more. */
    Batch next(String split) {
        return new Batch(split, await() ? free::release : () -> {});
    }

    private boolean await() {
        try {
            while (!free.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (ends.getAsBoolean()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
