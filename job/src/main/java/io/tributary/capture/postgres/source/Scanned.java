package io.tributary.capture.postgres.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.connector.source.SourceEvent;
import org.jspecify.annotations.Nullable;

/** The enumerator says how far the snapshot and the resyncs have come: of what chunks are still to be remembered, and what is read. */
final class Scanned implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final long snapshotStart;
    private final long snapshotEnd;
    private final ArrayList<Scan> scans;

    /**
     * @param snapshotEnd where the WAL ended when the last chunk of the snapshot had been read, or {@link SlotSplit#RUNNING}
     */
    Scanned(long snapshotStart, long snapshotEnd, List<Scan> scans) {
        this.snapshotStart = snapshotStart;
        this.snapshotEnd = snapshotEnd;
        this.scans = new ArrayList<>(scans);
    }

    long snapshotEnd() {
        return snapshotEnd;
    }

    List<Scan> scans() {
        return scans;
    }

    /** Whether it has to be known that this chunk was read. */
    boolean isRemembered(Chunk chunk) {
        boolean isOfSnapshot = chunk.start() == snapshotStart && snapshotEnd == SlotSplit.RUNNING;
        return isOfSnapshot || scans.stream().anyMatch(scan -> !scan.isSettled() && scan.has(chunk));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scanned
                && ((Scanned) other).snapshotStart == snapshotStart
                && ((Scanned) other).snapshotEnd == snapshotEnd
                && ((Scanned) other).scans.equals(scans);
    }

    @Override
    public int hashCode() {
        return Objects.hash(snapshotStart, snapshotEnd, scans);
    }
}
