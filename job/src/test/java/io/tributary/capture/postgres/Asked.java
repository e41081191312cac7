package io.tributary.capture.postgres;

import java.sql.SQLException;

/** A database that a test asks. */
public interface Asked {

    /** The first value of the first row. */
    String ask(String query) throws SQLException;
}
