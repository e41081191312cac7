package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Lsn;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.flink.util.FlinkRuntimeException;

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

    static ServerIdentity of(Connection replication) throws SQLException {
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
        try (Connection replication = JdbcOptions.connectForReplication(settings)) {
            return of(replication);
        }
    }

    long system() {
        return system;
    }

    int timeline() {
        return timeline;
    }

    /**
     * The split, of this server from now on; fails if what was read for it is not of this server's history: transactions up to
     * its position, and rows of the snapshot up to its end.
     */
    SlotSplit ensure(SlotSplit split, Connection replication, PostgresSettings settings) throws SQLException {
        String anew = "start the job anew, without its state, so that it takes a snapshot";
        if (split.system() != 0 && split.system() != system) {
            throw new FlinkRuntimeException(
                    settings + " is another server than the one this job has read (system identifier "
                            + Long.toUnsignedString(system) + ", not " + Long.toUnsignedString(split.system())
                            + "). Set postgres.hostname to that one, or " + anew);
        }
        if (Long.compareUnsigned(end, split.position()) < 0) {
            throw new FlinkRuntimeException("The WAL of " + settings + " ends at " + Lsn.text(end) + ", before "
                    + Lsn.text(split.position())
                    + " up to where this job has read it. The server was restored, or took over from"
                    + " one that was ahead of it, so transactions which this job has read are gone: " + anew);
        }
        if (split.timeline() != 0 && split.timeline() != timeline) {
            ensureHistory(split, replication, settings, anew);
        }
        return split.of(system, timeline);
    }

    private void ensureHistory(SlotSplit split, Connection replication, PostgresSettings settings, String anew)
            throws SQLException {
        String tookOver = "The server of " + settings + " took over (timeline " + timeline + ") ";
        if (split.snapshotEnd() == SlotSplit.RUNNING) {
            throw new FlinkRuntimeException(
                    tookOver + "while the snapshot was being read, which may have rows that are gone by now: " + anew);
        }
        long read = Math.max(split.position(), split.snapshotEnd());
        if (Long.compareUnsigned(end(replication, split.timeline()), read) < 0) {
            throw new FlinkRuntimeException(tookOver + "from one that was ahead of it: transactions before "
                    + Lsn.text(read) + " which this job has read are gone: " + anew);
        }
    }

    /** Where the server left a timeline. Its history has a line for each: number, end, reason. */
    private long end(Connection replication, int former) throws SQLException {
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
