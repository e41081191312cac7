package io.tributary.query;

/** A table has become another than the one that a file was planned with, in a way that the file cannot follow. */
final class OutdatedPlanException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutdatedPlanException(String message) {
        super(message);
    }
}
