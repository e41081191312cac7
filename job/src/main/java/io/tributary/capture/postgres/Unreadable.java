package io.tributary.capture.postgres;

/** A value that cannot stand in a column of its type; the message says why. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
        super(reason, null, false, false);
    }
}
