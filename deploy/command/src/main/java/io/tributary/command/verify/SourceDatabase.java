package io.tributary.command.verify;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Lsn;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.table.MatchingTables;
import io.tributary.settings.Problems;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database that the job reads from. It is read at one moment at a time, whose place in the log is known; when the job's slot has
 * been confirmed beyond that place, the job's targets have what the database had then.
 */
final class SourceDatabase implements AutoCloseable {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String POSITION = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
            + " ELSE pg_current_wal_insert_lsn() END - '0/0'::pg_lsn";
    private static final String SLOT = "SELECT active_pid IS NOT NULL, coalesce(confirmed_flush_lsn - '0/0'::pg_lsn, 0)"
            + " FROM pg_replication_slots WHERE slot_name = ?";

    /** What is read at one moment. */
    interface Work<T> {
        T run() throws Exception;
    }

    private final PostgresSettings settings;
    private final Connection connection;
    private final boolean isOfJob;
    private long position;

    private SourceDatabase(PostgresSettings settings, Connection connection, boolean isOfJob) {
        this.settings = settings;
        this.connection = connection;
        this.isOfJob = isOfJob;
    }

    /**
     * Null, and a problem, if it lets nobody in.
     *
     * @param isOfJob whether the job reads it by its slot, and not by way of something else
     */
    static @Nullable SourceDatabase open(PostgresSettings settings, boolean isOfJob, Problems problems) {
        try {
            Connection connection = JdbcOptions.connectToSource(settings);
            // A checksum of a large table takes longer than the job ever waits for an answer.
            connection.setNetworkTimeout(Runnable::run, 0);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE 'UTC'");
                statement.execute("SET intervalstyle = 'iso_8601'");
                statement.execute("SET bytea_output = 'hex'");
                statement.execute("SET datestyle = 'ISO'");
            }
            PostgresSettings whole = MatchingTables.in(settings, new Server(connection));
            return new SourceDatabase(whole, connection, isOfJob);
        } catch (SQLException e) {
            problems.add(ConnectionFailure.explain(e, settings));
            return null;
        }
    }

    List<PostgresTable> tables() {
        return settings.tables();
    }

    Connection connection() {
        return connection;
    }

    /** All that the work reads through the connection shows one moment, whose position is then known. */
    <T> T atOneMoment(Work<T> work) throws Exception {
        connection.setAutoCommit(false);
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                // The moment is that of the first query, and the place in the log is asked after it began.
                try (ResultSet result = statement.executeQuery(POSITION)) {
                    result.next();
                    position = result.getLong(1);
                }
            }
            return work.run();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Whether it is known up to where the job has read. */
    boolean isOfJob() {
        return isOfJob;
    }

    /** Whether a job reads the slot just now, so that waiting is of use. */
    boolean isRead() throws SQLException {
        return !isOfJob
                || !new Server(connection)
                        .rows(
                                "SELECT 1 FROM pg_replication_slots WHERE active_pid IS NOT NULL AND slot_name = ?",
                                settings.slot())
                        .isEmpty();
    }

    /** Until the targets have what the last moment showed. A sentence if they do not get there, or nobody knows whether they do. */
    @Nullable
    String await(Duration patience) throws SQLException, InterruptedException {
        Instant end = Instant.now().plus(patience);
        while (isOfJob) {
            List<List<@Nullable String>> slot = new Server(connection).rows(SLOT, settings.slot());
            if (slot.isEmpty()) {
                return "There is no slot " + settings.slot() + ": the targets are compared as they are";
            }
            long confirmed = Long.parseLong(String.valueOf(slot.get(0).get(1)));
            if (Long.compareUnsigned(confirmed, position) >= 0) {
                return null;
            }
            if (!String.valueOf(slot.get(0).get(0)).startsWith("t")) {
                return "No job reads slot " + settings.slot() + ": the targets are compared as they are";
            }
            if (Instant.now().isAfter(end)) {
                return "Slot " + settings.slot() + " was confirmed up to " + Lsn.text(confirmed)
                        + " only, and the database was at "
                        + Lsn.text(position) + " " + patience.toSeconds()
                        + " s ago: the job is behind, so what it has not read yet counts as different";
            }
            Thread.sleep(LOOK.toMillis());
        }
        return null;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
