package io.tributary.capture.postgres.server;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/** How far one subtask has read, for its metrics. Written by the reading threads, read by whoever reports. */
public final class ReadProgress {

    private final Counter rejected = new SimpleCounter();
    private volatile long read;
    private volatile long written;
    private volatile long committed;
    private volatile long kept;

    public void register(MetricGroup group) {
        group.gauge("sourceLagBytes", this::lagBytes);
        group.gauge("sourceLagMilliseconds", this::lagMilliseconds);
        group.gauge("slotWalBytes", () -> kept);
        group.counter("rejected", rejected);
    }

    public void rejected() {
        rejected.inc();
    }

    /** A transaction that was committed at this time was read up to this position. */
    public void read(long lsn, long timestamp) {
        read = lsn;
        committed = timestamp;
    }

    /** The database has written its WAL up to this position. */
    void written(long lsn) {
        written = lsn;
    }

    /** The slot keeps so many bytes of WAL on the server. */
    void kept(long bytes) {
        kept = bytes;
    }

    /** Bytes of WAL that are not read yet, as of the last time the database was asked; 0 where the slot is not read. */
    long lagBytes() {
        return read == 0 ? 0 : Math.max(0, written - read);
    }

    /** How old the last change is that was read; 0 if all is read. */
    long lagMilliseconds() {
        return lagBytes() == 0 ? 0 : Math.max(0, System.currentTimeMillis() - committed);
    }
}
