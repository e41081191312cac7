package io.tributary.local.benchmark.contender;

import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** A contender's own place in the source's log, with a publication of the same name. */
final class Slot implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Login login;
    private final String name;

    Slot(Login login, String name) {
        this.login = login;
        this.name = name.replace('-', '_');
    }

    String name() {
        return name;
    }

    void publish(String table) throws SQLException {
        execute("CREATE PUBLICATION " + name + " FOR TABLE " + table);
    }

    void create() throws SQLException {
        query("SELECT pg_create_logical_replication_slot(?, 'pgoutput')");
    }

    /** Nothing that is in the log now will be read from it. */
    void skip() throws SQLException {
        query("SELECT pg_replication_slot_advance(?, pg_current_wal_lsn())");
    }

    void awaitReader() throws Exception {
        Waiting.until(
                "slot " + name + " is read",
                PATIENCE,
                () -> query("SELECT 1 FROM pg_replication_slots WHERE slot_name = ? AND active"));
    }

    private void awaitNoReader() throws Exception {
        Waiting.until(
                "slot " + name + " is free",
                PATIENCE,
                () -> !query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                        + " WHERE slot_name = ? AND active"));
    }

    @Override
    public void close() throws IOException {
        try {
            awaitNoReader();
            query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?");
            execute("DROP PUBLICATION IF EXISTS " + name);
        } catch (Exception e) {
            throw new IOException("Slot " + name + " could not be dropped", e);
        }
    }

    /** Whether there is a row. */
    private boolean query(String sql) throws SQLException {
        try (Connection connection = login.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = login.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
