package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one reader. When the reader ends they are broken off, so that a thread which waits for the server
 * does not wait any longer.
 */
public final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final PostgresSettings settings;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Sessions(PostgresSettings settings) {
        this.settings = settings;
    }

    /** For statements. */
    public Connection open() throws SQLException {
        return register(JdbcOptions.connectToSource(settings));
    }

    /** For the replication protocol. */
    public Connection openReplication(LastHeard lastHeard) throws SQLException {
        return register(JdbcOptions.connectForReplication(settings, lastHeard));
    }

    private Connection register(Connection connection) throws SQLException {
        open.add(connection);
        if (closed) {
            close(connection);
            throw new SQLException("The reader was closed");
        }
        return connection;
    }

    public void close(@Nullable Connection connection) {
        if (connection == null || !open.remove(connection)) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection could not be closed", e);
        }
    }

    public boolean isClosed() {
        return closed;
    }

    public void breakOff() {
        closed = true;
        for (Connection connection : open) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection could not be broken off", e);
            }
        }
    }
}
