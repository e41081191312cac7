package io.tributary.change;

/** Two shapes of one table that no wider shape holds; the message names the column and both types. */
public final class SchemaConflictException extends Exception {

    private static final long serialVersionUID = 1L;

    public SchemaConflictException(String message) {
        super(message);
    }
}
