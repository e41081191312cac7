package io.tributary.capture.debezium;

/** An event, or a value in one, that cannot be read; the message says why. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
        super(reason, null, false, false);
    }
}
