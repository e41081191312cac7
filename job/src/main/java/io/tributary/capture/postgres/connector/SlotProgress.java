package io.tributary.capture.postgres.connector;

/** A transaction was read to its end, which moves the job's position on even if it changed no row. */
final class SlotProgress {

    private final long timestamp;

    SlotProgress(long timestamp) {
        this.timestamp = timestamp;
    }

    /** When it was committed, in milliseconds since 1970. */
    long timestamp() {
        return timestamp;
    }
}
