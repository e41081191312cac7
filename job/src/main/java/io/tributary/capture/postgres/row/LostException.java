package io.tributary.capture.postgres.row;

import java.sql.SQLException;

/** A question could not be asked because the database does not answer just now; the transaction has to be read again. */
public final class LostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SQLException reason;

    LostException(SQLException reason) {
        super(reason.getMessage(), reason);
        this.reason = reason;
    }

    public SQLException reason() {
        return reason;
    }
}
