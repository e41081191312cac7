package io.tributary.capture.postgres.source;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Lets so many rows a second through, on average over the last second; 0 lets all through. */
final class Throttle {

    private static final long SECOND = 1_000_000_000L;
    private static final long SLICE = SECOND / 10;

    private final double nanosARow;
    private long due = System.nanoTime();

    Throttle(double rowsASecond) {
        this.nanosARow = rowsASecond <= 0 ? 0 : SECOND / rowsASecond;
    }

    /**
     * These rows were read; waits until the next may be.
     *
     * @param ends whether to wait no longer
     */
    void await(int rows, BooleanSupplier ends) {
        if (nanosARow == 0) {
            return;
        }
        long now = System.nanoTime();
        due = Math.max(due, now - SECOND) + (long) (rows * nanosARow);
        long left;
        while ((left = due - System.nanoTime()) > 0 && !ends.getAsBoolean()) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, SLICE));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
