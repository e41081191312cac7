package io.tributary.capture.postgres.source;

import java.sql.SQLException;

/** Rows of a table are known by another key from now on, so the slot is to be opened again. */
final class RekeyedException extends SQLException {

    private static final long serialVersionUID = 1L;

    RekeyedException() {
        super("rows of a table are known by another key");
    }
}
