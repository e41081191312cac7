package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Lsn;

/**
 * The slot, from a position on.
 *
 * <p>{@code system} and {@code timeline} say which server the position is of; both are 0 until the slot was read once.
 * {@code snapshotEnd} is where the WAL ended when the last row of the snapshot had been read, or {@link #RUNNING}.
 */
final class SlotSplit implements Split {

    static final String ID = "slot";
    static final long RUNNING = -1;

    private final long position;
    private final long system;
    private final int timeline;
    private final long snapshotStart;
    private final long snapshotEnd;
    private final long knownAt;
    private final Tables tables;
    private final Era era;

    private SlotSplit(
            long position,
            long system,
            int timeline,
            long snapshotStart,
            long snapshotEnd,
            long knownAt,
            Tables tables,
            Era era) {
        this.position = position;
        this.system = system;
        this.timeline = timeline;
        this.snapshotStart = snapshotStart;
        this.snapshotEnd = snapshotEnd;
        this.knownAt = knownAt;
        this.tables = tables;
        this.era = era;
    }

    static SlotSplit of(long position, long system, int timeline, long snapshotStart, long snapshotEnd) {
        return new SlotSplit(position, system, timeline, snapshotStart, snapshotEnd, 0, Tables.UNKNOWN, Era.FIRST);
    }

    SlotSplit at(long newPosition) {
        return new SlotSplit(newPosition, system, timeline, snapshotStart, snapshotEnd, knownAt, tables, era);
    }

    SlotSplit of(long newSystem, int newTimeline) {
        return new SlotSplit(position, newSystem, newTimeline, snapshotStart, snapshotEnd, knownAt, tables, era);
    }

    SlotSplit snapshotRead(long newEnd) {
        return new SlotSplit(position, system, timeline, snapshotStart, newEnd, knownAt, tables, era);
    }

    SlotSplit knownAt(long time) {
        return new SlotSplit(position, system, timeline, snapshotStart, snapshotEnd, time, tables, era);
    }

    SlotSplit with(Tables newTables) {
        return new SlotSplit(position, system, timeline, snapshotStart, snapshotEnd, knownAt, newTables, era);
    }

    /** The same, as the tables are read from now on. */
    SlotSplit owing(PostgresSettings settings) {
        return with(tables.owing(settings.tables(), position, era));
    }

    /** The same, in another history from this position of it on. */
    SlotSplit in(Era newEra, long newPosition) {
        return new SlotSplit(newPosition, system, timeline, snapshotStart, snapshotEnd, knownAt, tables, newEra);
    }

    @Override
    public String splitId() {
        return ID;
    }

    /** The history that the position is of. */
    Era era() {
        return era;
    }

    /** The end of the last transaction that was read whole. */
    long position() {
        return position;
    }

    long system() {
        return system;
    }

    int timeline() {
        return timeline;
    }

    /** Older than that are the rows of the snapshot. */
    long snapshotStart() {
        return snapshotStart;
    }

    long snapshotEnd() {
        return snapshotEnd;
    }

    /** At this time nothing older was left to read, in milliseconds since 1970; 0 if none is known. */
    long knownAt() {
        return knownAt;
    }

    /** What is known of the tables up to the position, and which of them are to be read again. */
    Tables tables() {
        return tables;
    }

    @Override
    public String toString() {
        return ID + " from " + Lsn.text(era.lsn(position));
    }
}
