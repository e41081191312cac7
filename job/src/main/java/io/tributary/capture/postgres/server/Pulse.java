package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database how far its WAL is, for the lag, and how much of it the slot keeps. If it is to, it writes a small message
 * into the WAL now and then, which comes back through the slot as a transaction without rows, so that the position of a reader
 * that sees transactions only moves on while the captured tables are idle.
 */
public final class Pulse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final String KEPT_WAL = Sql.statement(Pulse.class, "kept_wal.sql");
    private static final long SECOND = 1000;
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(5);

    private final PostgresSettings settings;
    private final Duration heartbeat;
    private final ReadProgress progress;
    private final Thread thread;

    private Pulse(PostgresSettings settings, Duration heartbeat, ReadProgress progress) {
        this.settings = settings;
        this.heartbeat = heartbeat;
        this.progress = progress;
        this.thread = new Thread(this::beat, "postgres-pulse-" + settings.slot());
        this.thread.setDaemon(true);
    }

    /**
     * @param heartbeat how often to write; zero: never
     */
    public static Pulse start(PostgresSettings settings, Duration heartbeat, ReadProgress progress) {
        Pulse pulse = new Pulse(settings, heartbeat, progress);
        pulse.thread.start();
        return pulse;
    }

    private void beat() {
        long interval = heartbeat.toMillis();
        long pause = interval == 0 ? SECOND : Math.min(interval, SECOND);
        long last = 0;
        long asked = 0;
        boolean isAway = false;
        Connection connection = null;
        while (!thread.isInterrupted()) {
            long now = System.currentTimeMillis();
            boolean due = interval > 0 && now - last >= interval;
            try {
                if (due || now - asked >= LAG_INTERVAL.toMillis()) {
                    asked = now;
                    connection = connection == null ? JdbcOptions.connect(settings) : connection;
                    progress.written(
                            due ? emit(connection) : Wal.written(new Server(connection)), System.currentTimeMillis());
                    progress.kept(kept(connection));
                    last = due ? now : last;
                    if (isAway) {
                        LOG.info("The WAL of {} can be asked for again", settings);
                    }
                    isAway = false;
                }
            } catch (SQLException e) {
                if (!isAway) {
                    LOG.warn("The WAL of {} cannot be asked for; trying until it can: {}", settings, e.getMessage());
                }
                isAway = true;
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

    private long kept(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEPT_WAL)) {
            statement.setString(1, settings.slot());
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
