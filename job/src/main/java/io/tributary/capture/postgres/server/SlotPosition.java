package io.tributary.capture.postgres.server;

import java.util.Map;
import org.apache.flink.cdc.connectors.postgres.source.offset.PostgresOffset;

/**
 * Up to where the slot was read: the end of a transaction's commit record. A job goes on with the first transaction whose
 * commit record starts there or later, so it always reads whole transactions.
 */
public final class SlotPosition {

    private final long lsn;
    private final Map<String, String> offset;

    private SlotPosition(long lsn) {
        this.lsn = lsn;
        // The connector wants a time beside it.
        this.offset = Map.of("lsn", Long.toString(lsn), "ts_usec", "0");
    }

    public static SlotPosition of(long lsn) {
        return new SlotPosition(lsn);
    }

    public long lsn() {
        return lsn;
    }

    /** As a record carries it. */
    public Map<String, String> sourceOffset() {
        return offset;
    }

    /** As the reader keeps it in its state, and confirms it to the slot. */
    public PostgresOffset toOffset() {
        return PostgresOffset.of(offset);
    }
}
