package io.tributary.capture.postgres.row;

/** The slot sends binary values, and a table has a column whose binary form is not known. */
public final class TextNeededException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TextNeededException(String message) {
        super(message, null, false, false);
    }
}
