package io.tributary.query;

/** A database answers, but not with rows that can be read. The message says which table it is, and why. */
final class UnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableException(String table, Throwable cause) {
        super("The lookup table " + table + " cannot be read: " + cause.getMessage(), cause);
    }
}
