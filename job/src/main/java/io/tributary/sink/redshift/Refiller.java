package io.tributary.sink.redshift;

import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Fills one table of the warehouse again, and says in a sentence with what. */
@FunctionalInterface
public interface Refiller {

    String fill(String table, Connection warehouse) throws SQLException, IOException, SchemaConflictException;
}
