package io.tributary.capture.postgres.server;

import java.time.Duration;

/**
 * When something last came over a connection, whatever it was. The driver keeps keep-alives to itself, so it is noted where
 * bytes are read, see {@link HeardSockets}.
 */
public final class LastHeard {

    private volatile boolean isWatched;
    private volatile long at;

    void now() {
        at = System.nanoTime();
        isWatched = true;
    }

    /** For how long nothing has come; zero where nobody watches. */
    public Duration silence() {
        return isWatched ? Duration.ofNanos(System.nanoTime() - at) : Duration.ZERO;
    }
}
