package io.tributary.capture.postgres.source;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the reading of a table for a {@link Resync} has come. Older than its start are its rows; until the start is drawn it is
 * {@link #UNCUT}.
 */
final class Scan implements Serializable {

    private static final long serialVersionUID = 1L;

    static final long UNCUT = 0;

    private final Resync resync;
    private final long start;
    private final long end;
    private final boolean settled;

    private Scan(Resync resync, long start, long end, boolean settled) {
        this.resync = resync;
        this.start = start;
        this.end = end;
        this.settled = settled;
    }

    static Scan of(Resync resync) {
        return new Scan(resync, UNCUT, 0, false);
    }

    Scan from(long newStart) {
        return new Scan(resync, newStart, end, false);
    }

    /** One more chunk was read, when the WAL ended there. */
    Scan readTo(long newEnd) {
        return new Scan(resync, start, Long.compareUnsigned(end, newEnd) < 0 ? newEnd : end, settled);
    }

    /** All rows are in a complete checkpoint. */
    Scan settle() {
        return new Scan(resync, start, end, true);
    }

    Resync resync() {
        return resync;
    }

    String table() {
        return resync.table();
    }

    long start() {
        return start;
    }

    /** Without how far it has come, which matters when it is settled. */
    Scan told() {
        return settled ? this : new Scan(resync, start, 0, false);
    }

    /** Where the WAL ended when the last of the chunks read so far had been read. */
    long end() {
        return end;
    }

    boolean isSettled() {
        return settled;
    }

    /** However far they have come. */
    boolean isSameReading(Scan other) {
        return resync.equals(other.resync) && start == other.start;
    }

    boolean has(Chunk chunk) {
        return start != UNCUT && chunk.start() == start && chunk.table().equals(table());
    }

    void write(DataOutputStream out) throws IOException {
        resync.write(out);
        out.writeLong(start);
        out.writeLong(end);
        out.writeBoolean(settled);
    }

    static Scan read(DataInputStream in) throws IOException {
        return new Scan(Resync.read(in), in.readLong(), in.readLong(), in.readBoolean());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scan
                && ((Scan) other).resync.equals(resync)
                && ((Scan) other).start == start
                && ((Scan) other).end == end
                && ((Scan) other).settled == settled;
    }

    @Override
    public int hashCode() {
        return Objects.hash(resync, start, end, settled);
    }
}
