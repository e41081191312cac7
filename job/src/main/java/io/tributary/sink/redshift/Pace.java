package io.tributary.sink.redshift;

import java.time.Duration;

/** How long a runner waits between two rounds: longer with each one that found nothing to do. Used by one thread. */
final class Pace {

    private final Duration busy;
    private final Duration idle;
    private Duration current;

    /** @param idle the longest wait, not less than the other */
    Pace(Duration busy, Duration idle) {
        this.busy = busy;
        this.idle = idle;
        this.current = busy;
    }

    /** The wait after a round. */
    Duration after(boolean hadWork) {
        if (hadWork) {
            current = busy;
            return busy;
        }
        Duration twice = current.multipliedBy(2);
        current = twice.compareTo(idle) < 0 ? twice : idle;
        return current;
    }
}
