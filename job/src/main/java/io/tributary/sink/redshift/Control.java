package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the control table, and notes in it what went wrong. */
final class Control {

    private static final SqlTemplate STATUSES = SqlTemplate.of("statuses.sql");
    private static final SqlTemplate EXPIRE = SqlTemplate.of("expire-landing.sql");

    private final Connection connection;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    Control(Connection connection, WarehouseNames names, WarehouseDialect dialect) {
        this.connection = connection;
        this.names = names;
        this.dialect = dialect;
    }

    /** Tables that are to be merged. */
    Set<String> due() throws SQLException {
        Set<String> due = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(Round.due(names))) {
            while (rows.next()) {
                due.add(rows.getString(1));
            }
        }
        return due;
    }

    List<MergeStatus> statuses() throws SQLException {
        List<MergeStatus> statuses = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        STATUSES.in(names).statement(Map.of("remedy", "': fill it again with redshift reload'")))) {
            while (rows.next()) {
                statuses.add(status(rows));
            }
        }
        return statuses;
    }

    private static MergeStatus status(ResultSet rows) throws SQLException {
        Timestamp mergedAt = rows.getTimestamp(8);
        Long duration = longOrNull(rows, 9);
        Long source = longOrNull(rows, 10);
        return new MergeStatus(
                rows.getString(1),
                rows.getLong(2),
                Math.max(0, rows.getLong(3)),
                rows.getLong(4),
                rows.getLong(5),
                rows.getLong(6),
                rows.getLong(7),
                mergedAt == null ? null : mergedAt.toLocalDateTime().toInstant(ZoneOffset.UTC),
                duration == null ? null : Duration.ofMillis(duration),
                source == null ? null : Instant.ofEpochMilli(source),
                rows.getString(11),
                rows.getLong(12),
                rows.getBoolean(13),
                rows.getBoolean(14),
                schedule(rows));
    }

    private static Schedule schedule(ResultSet rows) throws SQLException {
        Long every = longOrNull(rows, 15);
        Timestamp next = rows.getTimestamp(18);
        return new Schedule(
                rows.getString(16),
                every == null ? null : Duration.ofSeconds(every),
                rows.getString(17),
                next == null ? null : next.toLocalDateTime().toInstant(ZoneOffset.UTC));
    }

    private static @Nullable Long longOrNull(ResultSet rows, int column) throws SQLException {
        long value = rows.getLong(column);
        return rows.wasNull() ? null : value;
    }

    void failed(String table, String problem) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE " + names.control() + " SET last_error = ?, last_error_at = GETDATE() WHERE table_name = ?")) {
            update.setString(1, problem);
            update.setString(2, table);
            update.executeUpdate();
        }
    }

    /** That it waits, and for whom: until its merge is done. */
    void waits(String table, String reason) throws SQLException {
        failed(table, Transaction.shortened(reason));
    }

    void recovered(String table) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + names.control()
                + " SET last_error = NULL, last_error_at = NULL WHERE table_name = ? AND last_error IS NOT NULL")) {
            update.setString(1, table);
            update.executeUpdate();
        }
    }

    /** Removes landed records older than this that were taken. */
    long expireLanding(Duration ttl) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(EXPIRE.in(names)
                    .statement(Map.of(
                            "seconds", Long.toString(ttl.toSeconds()),
                            "receiver", dialect.literal(Bookkeeping.RECEIVER))));
        }
    }
}
