package io.tributary.capture.postgres.value;

/** A value that cannot stand in a column of its type; the message says why. */
public final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    public Unreadable(String reason) {
        super(reason, null, false, false);
    }
}
