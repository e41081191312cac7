package io.tributary.capture.postgres.server;

/**
 * Up to where the slot was read: the end of a transaction's commit record. A job goes on with the first transaction whose
 * commit record starts there or later, so it always reads whole transactions.
 */
public final class SlotPosition {

    private final long lsn;

    private SlotPosition(long lsn) {
        this.lsn = lsn;
    }

    public static SlotPosition of(long lsn) {
        return new SlotPosition(lsn);
    }

    public long lsn() {
        return lsn;
    }
}
