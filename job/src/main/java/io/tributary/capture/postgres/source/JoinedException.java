package io.tributary.capture.postgres.source;

import java.sql.SQLException;

/** More tables are captured from now on, so the slot is to be opened again. */
final class JoinedException extends SQLException {

    private static final long serialVersionUID = 1L;

    JoinedException() {
        super("more tables are captured from now on");
    }
}
