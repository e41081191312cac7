package io.tributary.capture.postgres.server;

/**
 * What the job has read does not go on: changes are gone that were not read, or what was read is of another server. The message
 * says what happened, without what to do about it.
 */
public final class LostHistoryException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String mending;

    public LostHistoryException(String message) {
        this(message, "start the job anew, without its state, so that it takes a snapshot");
    }

    /**
     * @param mending what people can do who want it to go on where it was, as the second part of a sentence
     */
    public LostHistoryException(String message, String mending) {
        super(message);
        this.mending = mending;
    }

    /** For a job that is to stop then. */
    public RuntimeException end() {
        return JobEnd.because(getMessage() + ": " + mending);
    }

    /**
     * For a job that could go on by reading all tables again, and is not to.
     *
     * @param onLostSlot the setting's key
     */
    public RuntimeException endUnlessResynced(String onLostSlot) {
        return JobEnd.because(getMessage() + ": " + mending
                + ". Or set " + onLostSlot + " to resync: then it makes a new slot, reads"
                + " all tables again beside the stream, and mends what differs");
    }
}
