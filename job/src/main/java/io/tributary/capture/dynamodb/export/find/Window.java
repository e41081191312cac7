package io.tributary.capture.dynamodb.export.find;

import io.tributary.change.Position;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * What an export holds: the whole table as it was at a time, or the last write of each item that was written in a span of
 * time. Its begin is part of the span, its end is not.
 *
 * <p>Assumes that the times are whole milliseconds, as DynamoDB gives them. So all writes of one millisecond are on the same
 * side of them, and the positions below fit to those of a stream that counts milliseconds as to one that counts micros, where
 * a millisecond stands for its last micro:
 *
 * <ul>
 *   <li>A row of a full export is older than everything that the stream has from the export's time on, and newer than all
 *       before it.
 *   <li>A row of an incremental export is what the item's last write in its millisecond left. It is newer than all stream
 *       records of that millisecond, whatever they count in, and older than those of the next.
 *   <li>Where a full export replaces the table, what is not in it is older than the truncation, which is newer than all
 *       before the export's time, and older than the export's rows.
 * </ul>
 */
public final class Window {

    private static final long FULL = -1;
    private static final long MICROS = 1000;

    private final long from;
    private final long to;

    private Window(long from, long to) {
        this.from = from;
        this.to = to;
    }

    /** The whole table. */
    public static Window full(long time) {
        return new Window(FULL, time);
    }

    public static Window incremental(long from, long to) {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("From " + from + " to " + to + " is not a span of time");
        }
        return new Window(from, to);
    }

    /** As two numbers for checkpoints; the inverse of {@link #from} and {@link #to}. */
    public static Window of(long from, long to) {
        return from == FULL ? full(to) : incremental(from, to);
    }

    public boolean isFull() {
        return from == FULL;
    }

    /** In milliseconds since 1970; -1 for the whole table. */
    public long from() {
        return from;
    }

    /** In milliseconds since 1970: all writes before it are known when the export is. */
    public long to() {
        return to;
    }

    /** Of every row of a full export. */
    public Position position() {
        return Position.of(to * MICROS, 0);
    }

    /** What tells the announcements of an export apart from others: a full export comes after what ends at its time. */
    public Position announcement() {
        return isFull() ? position() : written(to * MICROS - 1);
    }

    /** Of a row of an incremental export that was written at this time in micros since 1970. */
    public static Position written(long micros) {
        return Position.of(lastOfMillisecond(micros), -2);
    }

    /** Above all that was written before the time of a full export, and below the export's rows. */
    public Position truncation() {
        return Position.of(to * MICROS - 1, -1);
    }

    private static long lastOfMillisecond(long micros) {
        return Math.floorDiv(micros, MICROS) * MICROS + MICROS - 1;
    }

    public static long millis(long micros) {
        return TimeUnit.MICROSECONDS.toMillis(micros);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Window && ((Window) other).from == from && ((Window) other).to == to;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(from) * 31 + Long.hashCode(to);
    }

    @Override
    public String toString() {
        return isFull()
                ? "full export of " + Instant.ofEpochMilli(to)
                : "incremental export from " + Instant.ofEpochMilli(from) + " to " + Instant.ofEpochMilli(to);
    }
}
