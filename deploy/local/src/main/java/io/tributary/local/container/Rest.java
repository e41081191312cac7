package io.tributary.local.container;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A rest that one thread wishes for and another takes. It ends by itself where nobody ends it. */
final class Rest {

    private static final Duration LONGEST = Duration.ofMinutes(20);

    private boolean isWished;
    private boolean isTaken;

    /** Returns when it is taken. */
    synchronized void begin() throws InterruptedException {
        isWished = true;
        while (isWished && !isTaken) {
            wait();
        }
    }

    synchronized void end() {
        isWished = false;
        notifyAll();
    }

    synchronized boolean isWished() {
        return isWished;
    }

    /** Returns when it is over. */
    synchronized void take() throws InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        isTaken = true;
        notifyAll();
        while (isWished) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                isWished = false;
            } else {
                wait(left);
            }
        }
        isTaken = false;
    }
}
