package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Finds a chunk's relation, which may have another name by now, and locks it in the weakest way there is: until the transaction
 * ends, its columns and its file stay as they are.
 */
final class ChunkLock {

    private static final String NAME = Sql.statement(ChunkLock.class, "relation_name.sql");
    private static final String NO_SUCH_TABLE = "42P01";
    private static final String TRY_AGAIN = "40001";

    private ChunkLock() {}

    /** The relation's name, as SQL wants it; null if the table has it no longer, or it is gone. */
    static @Nullable String take(Chunk chunk, PostgresTable table, Server server) throws SQLException {
        String name = name(chunk, table, server);
        if (name == null) {
            return null;
        }
        try {
            server.run("LOCK TABLE ONLY " + name + " IN ACCESS SHARE MODE");
        } catch (SQLException e) {
            throw NO_SUCH_TABLE.equals(e.getSQLState()) ? renamed(name) : e;
        }
        if (!name.equals(name(chunk, table, server))) {
            throw renamed(name);
        }
        return name;
    }

    private static @Nullable String name(Chunk chunk, PostgresTable table, Server server) throws SQLException {
        return server.find(NAME, chunk.relation(), table.quoted(), table.quoted());
    }

    private static SQLException renamed(String name) {
        return new SQLException("Table " + name + " got another name while it was about to be read", TRY_AGAIN);
    }
}
