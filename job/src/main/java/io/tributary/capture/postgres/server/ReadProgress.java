package io.tributary.capture.postgres.server;

import io.tributary.settings.CloudWatch;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * How far one subtask has read, for its metrics. Written by the reading threads, read by whoever reports.
 *
 * <p>What is not known is not taken for good: without a fresh answer of the database the lag grows from the last moment at
 * which it was known, which restarts do not change; before that, from the moment at which the subtask began to try.
 */
public final class ReadProgress {

    /** The database is asked every few seconds; a few answers may be missing. */
    private static final long FRESH_MILLIS = 15_000;

    private final LongSupplier clock;
    private final Counter rejected = new SimpleCounter();
    private final Counter resyncs = new SimpleCounter();
    private final Counter slotsLost = new SimpleCounter();
    private volatile boolean isOfSlot;
    private volatile boolean isConnected;
    private volatile long since;
    private volatile long read;
    private volatile long written;
    private volatile long asked;
    /** At this time nothing older was left to read. */
    private volatile long known;

    private volatile long kept;
    private volatile int stale;

    public ReadProgress() {
        this(System::currentTimeMillis);
    }

    ReadProgress(LongSupplier clock) {
        this.clock = clock;
    }

    public void register(MetricGroup group, CloudWatch cloudWatch) {
        group.gauge("sourceLagBytes", this::lagBytes);
        group.gauge("sourceLagMilliseconds", this::lagMilliseconds);
        group.gauge("slotWalBytes", () -> kept);
        group.gauge("connected", this::connected);
        group.gauge("connectedSince", this::connectedSince);
        group.gauge("disconnectedSince", this::disconnectedSince);
        group.counter("rejected", rejected);
        cloudWatch.gauge(group, "sourceLagMilliseconds", this::lagMilliseconds);
        cloudWatch.gauge(group, "connected", this::connected);
        group.counter("resyncs", resyncs);
        group.counter("slotsLost", slotsLost);
        group.gauge("tablesStale", () -> stale);
    }

    public void rejected() {
        rejected.inc();
    }

    /** So many tables do not follow their source just now. */
    public void stale(int tables) {
        stale = tables;
    }

    /** A table was read again. */
    public void resynced() {
        resyncs.inc();
    }

    /** The slot could not go on where it was, and another one is read, after all tables. */
    public void slotLost() {
        slotsLost.inc();
    }

    /**
     * This subtask reads the slot from here on, as soon as it is connected.
     *
     * @param knownAt when nothing older was left to read; 0 if that is not known
     */
    public void begin(long lsn, long knownAt) {
        since = clock.getAsLong();
        known = knownAt == 0 ? since : knownAt;
        read = lsn;
        isOfSlot = true;
    }

    /** The slot is read. */
    public void reached() {
        if (!isConnected) {
            since = clock.getAsLong();
            isConnected = true;
        }
    }

    /** The slot cannot be read. */
    public void lost() {
        if (isConnected) {
            since = clock.getAsLong();
            isConnected = false;
        }
    }

    /** A transaction that was committed at this time was read up to this position; 0: the time is not known. */
    public void read(long lsn, long timestamp) {
        read = lsn;
        isOfSlot = true;
        known = Math.max(known, timestamp);
    }

    /** The database had written its WAL up to this position at this time. */
    void written(long lsn, long time) {
        written = lsn;
        asked = time;
        if (lagBytes() == 0) {
            known = Math.max(known, time);
        }
    }

    /** The last time, as far as is known, at which nothing older than what was read was left to read. */
    public long knownAt() {
        return known;
    }

    /** The slot keeps so many bytes of WAL on the server. */
    void kept(long bytes) {
        kept = bytes;
    }

    /** Bytes of WAL that are not read yet, as of the last time the database was asked; 0 where the slot is not read. */
    long lagBytes() {
        return isOfSlot && asked > 0 ? Math.max(0, written - read) : 0;
    }

    /** How old the oldest change can be that is not read; 0 if all is known to be read, and where the slot is not read. */
    long lagMilliseconds() {
        long now = clock.getAsLong();
        boolean isKnown = isConnected && now - asked <= FRESH_MILLIS;
        if (!isOfSlot || (isKnown && lagBytes() == 0)) {
            return 0;
        }
        return Math.max(0, now - known);
    }

    /** 1 or 0; 1 where there is nothing to be connected for. */
    int connected() {
        return isConnected || !isOfSlot ? 1 : 0;
    }

    /** In milliseconds since 1970; 0 if it is not. */
    long connectedSince() {
        return isConnected ? since : 0;
    }

    /** In milliseconds since 1970; 0 if it is connected, or has nothing to be connected for. */
    long disconnectedSince() {
        return connected() == 0 ? since : 0;
    }
}
