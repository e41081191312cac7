package io.tributary.sink.iceberg;

/** A shape of a table that its Iceberg table cannot take; the message names table, column and types. */
final class UnwritableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnwritableException(String message) {
        super(message);
    }
}
