package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which server, and which history of it, a replication connection reaches. A position of one means nothing in another:
 * after a failover that lost the last transactions, the same positions are used again by others.
 */
public final class ServerIdentity {

    private final long system;
    private final int timeline;
    private final long end;

    private ServerIdentity(long system, int timeline, long end) {
        this.system = system;
        this.timeline = timeline;
        this.end = end;
    }

    public static ServerIdentity of(Connection replication) throws SQLException {
        try (Statement statement = replication.createStatement();
                ResultSet result = statement.executeQuery("IDENTIFY_SYSTEM")) {
            result.next();
            return new ServerIdentity(
                    Long.parseUnsignedLong(result.getString("systemid")),
                    result.getInt("timeline"),
                    Lsn.parse(result.getString("xlogpos")));
        }
    }

    public static ServerIdentity of(PostgresSettings settings) throws SQLException {
        try (Connection replication = JdbcOptions.connectForReplication(settings, new LastHeard())) {
            return of(replication);
        }
    }

    public long system() {
        return system;
    }

    public int timeline() {
        return timeline;
    }

    /** Where its WAL ended when it was asked. */
    public long end() {
        return end;
    }

    /** Where it left a former timeline; 0 if its history has none of that number. A line of it has number, end and reason. */
    public long endOf(int former, Connection replication) throws SQLException {
        try (Statement statement = replication.createStatement();
                ResultSet result = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            result.next();
            String history = new String(result.getBytes(2), StandardCharsets.UTF_8);
            for (String line : history.split("\n", -1)) {
                String[] fields = line.strip().split("\\s+", 3);
                if (fields.length >= 2 && fields[0].equals(String.valueOf(former))) {
                    return Lsn.parse(fields[1]);
                }
            }
            return 0;
        }
    }
}
