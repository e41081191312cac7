package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which sessions wait for a lock that somebody else has, and who that is, as far as the user may see it. Those that wait for each
 * other do not count: what merges share they take last, so such a wait is short.
 */
final class LockWaits {

    private final Connection connection;
    private final WarehouseDialect dialect;

    LockWaits(Connection connection, WarehouseDialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /** By which number the warehouse knows the session of a connection. */
    static int sessionOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The reasons by the numbers of those of the sessions that wait. */
    Map<Integer, String> of(Set<Integer> sessions) throws SQLException {
        String numbers = sessions.stream().map(String::valueOf).collect(Collectors.joining(", "));
        Map<Integer, String> reasons = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.waits().statement(Map.of("sessions", numbers)))) {
            while (rows.next()) {
                if (sessions.contains(rows.getInt(2))) {
                    continue;
                }
                String holder = rows.getString(2) == null
                        ? "another session, which only a superuser sees in svv_transactions"
                        : "session " + rows.getInt(2) + " of user " + rows.getString(3)
                                + ", whose transaction began at " + rows.getString(4) + ": end it, or wait";
                reasons.putIfAbsent(rows.getInt(1), "It waits for a lock that is held by " + holder);
            }
        }
        return reasons;
    }

    /** Ends what sessions are waiting with. */
    void cancel(Collection<Integer> sessions) throws SQLException {
        for (int session : sessions) {
            Transaction.execute(connection, List.of("SELECT pg_cancel_backend(" + session + ")"));
        }
    }
}
