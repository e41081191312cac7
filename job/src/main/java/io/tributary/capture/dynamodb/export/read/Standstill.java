package io.tributary.capture.dynamodb.export.read;

import java.time.Duration;

/**
 * A span in which the job read nothing: what was deleted in it or later was read after it. So an export that ends in it knows of no
 * fewer deletes than one that ends with it. For a job that was started from nothing it is all the time before. Times are in
 * milliseconds since 1970.
 */
final class Standstill {

    private static final long EVER = -1;

    private final long from;
    private final long until;

    private Standstill(long from, long until) {
        this.from = from;
        this.until = until;
    }

    static Standstill of(long from, long until) {
        return new Standstill(from, until);
    }

    static Standstill before(long startedAt) {
        return new Standstill(EVER, startedAt);
    }

    /**
     * The one that counts for a job that is restored: a later one, once this one is too long ago to matter. Shorter ones meanwhile
     * matter as little.
     *
     * @param savedAt when the state was saved; -1 if it is not known
     * @param memory for how long deletes are remembered
     */
    Standstill then(long savedAt, long now, Duration memory) {
        return savedAt < 0 || until >= now - memory.toMillis() ? this : new Standstill(savedAt, now);
    }

    /** Since when deletes are read that an export with this end does not know of. */
    long readsDeletesSince(long end) {
        return end < from ? end : Math.max(end, until);
    }

    long from() {
        return from;
    }

    long until() {
        return until;
    }
}
