package io.tributary.capture.postgres.server;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection to the database, opened again if it was lost. */
public interface Connected {

    Connection connection() throws SQLException;
}
