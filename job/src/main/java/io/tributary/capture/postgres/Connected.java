package io.tributary.capture.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection to the database, opened again if it was lost. */
interface Connected {

    Connection connection() throws SQLException;
}
