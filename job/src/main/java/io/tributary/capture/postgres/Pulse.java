package io.tributary.capture.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database how far its WAL is, for the lag, and writes a small message into it now and then. The message comes
 * back through the slot as a transaction without rows, so the job's position moves on while the captured tables are idle.
 */
final class Pulse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(5);

    private final PostgresSettings settings;
    private final Progress progress;
    private final Thread thread;

    private Pulse(PostgresSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.thread = new Thread(this::beat, "postgres-pulse-" + settings.slot());
        this.thread.setDaemon(true);
    }

    static Pulse start(PostgresSettings settings, Progress progress) {
        Pulse pulse = new Pulse(settings, progress);
        pulse.thread.start();
        return pulse;
    }

    private void beat() {
        long heartbeat = settings.heartbeatInterval().toMillis();
        long pause = heartbeat == 0 ? LAG_INTERVAL.toMillis() : Math.min(heartbeat, LAG_INTERVAL.toMillis());
        long last = 0;
        Connection connection = null;
        while (!thread.isInterrupted()) {
            try {
                if (connection == null) {
                    connection = JdbcOptions.connect(settings);
                }
                boolean due = heartbeat > 0 && System.currentTimeMillis() - last >= heartbeat;
                progress.written(due ? emit(connection) : written(connection));
                last = due ? System.currentTimeMillis() : last;
            } catch (SQLException e) {
                LOG.warn("No heartbeat could be written to {}; trying again: {}", settings, e.getMessage());
                connection = closed(connection);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                break;
            }
        }
        closed(connection);
    }

    private long emit(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_logical_emit_message(true, 'tributary', ?::text) - '0/0'::pg_lsn")) {
            statement.setString(1, settings.slot());
            return number(statement);
        }
    }

    private static long written(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.pg_current_wal_lsn() - '0/0'::pg_lsn")) {
            return number(statement);
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    private static @Nullable Connection closed(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("A connection could not be closed", e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
