package io.tributary.capture.postgres.source;

import java.sql.SQLException;

/** What was made of the tables where the slot is read does not hold any longer, so the slot is to be opened again. */
final class OutdatedException extends SQLException {

    private static final long serialVersionUID = 1L;

    /**
     * @param why the end of a sentence
     */
    OutdatedException(String why) {
        super(why);
    }
}
