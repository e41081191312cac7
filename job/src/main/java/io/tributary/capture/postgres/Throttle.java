package io.tributary.capture.postgres;

/** Lets so many rows a second through, on average over the last second; 0 lets all through. */
final class Throttle {

    private static final long SECOND = 1_000_000_000L;

    private final double nanosARow;
    private long due;

    Throttle(double rowsASecond) {
        this.nanosARow = rowsASecond <= 0 ? 0 : SECOND / rowsASecond;
    }

    /** These rows were read; waits until the next may be. */
    void await(int rows) {
        if (nanosARow == 0) {
            return;
        }
        long now = System.nanoTime();
        due = Math.max(due, now - SECOND) + (long) (rows * nanosARow);
        if (due > now) {
            try {
                Thread.sleep((due - now) / 1_000_000, (int) ((due - now) % 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
