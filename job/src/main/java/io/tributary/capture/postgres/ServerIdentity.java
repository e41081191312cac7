package io.tributary.capture.postgres;

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
final class ServerIdentity {

    private final Connection replication;
    private final long system;
    private final int timeline;
    private final long end;

    private ServerIdentity(Connection replication, long system, int timeline, long end) {
        this.replication = replication;
        this.system = system;
        this.timeline = timeline;
        this.end = end;
    }

    static ServerIdentity of(Connection replication) throws SQLException {
        try (Statement statement = replication.createStatement();
                ResultSet result = statement.executeQuery("IDENTIFY_SYSTEM")) {
            result.next();
            return new ServerIdentity(
                    replication,
                    Long.parseUnsignedLong(result.getString("systemid")),
                    result.getInt("timeline"),
                    Lsn.parse(result.getString("xlogpos")));
        }
    }

    /** The split, of this server from now on; fails if its position is not one of this server's history. */
    SlotSplit ensure(SlotSplit split, PostgresSettings settings) throws SQLException {
        String anew = ": start the job anew, without its state, so that it takes a snapshot";
        if (split.system() != 0 && split.system() != system) {
            throw new FlinkRuntimeException(
                    settings + " is another server than the one this job has read (system identifier "
                            + Long.toUnsignedString(system) + ", not " + Long.toUnsignedString(split.system())
                            + "). Set postgres.hostname to that one, or" + anew.substring(1));
        }
        if (Long.compareUnsigned(end, split.position()) < 0) {
            throw new FlinkRuntimeException("The WAL of " + settings + " ends at " + Lsn.text(end) + ", before "
                    + Lsn.text(split.position())
                    + " up to where this job has read it. The server was restored, or took over from"
                    + " one that was ahead of it, so transactions which this job has read are gone" + anew);
        }
        if (split.timeline() != 0 && split.timeline() != timeline && left(split.timeline(), split.position())) {
            throw new FlinkRuntimeException("The server of " + settings + " took over (timeline " + timeline
                    + ") from one that was ahead of it: transactions before " + Lsn.text(split.position())
                    + " which this job has read are gone" + anew);
        }
        return split.of(system, timeline);
    }

    /** Whether the server left this timeline before the position. Its history has a line for each: number, end, reason. */
    private boolean left(int former, long position) throws SQLException {
        try (Statement statement = replication.createStatement();
                ResultSet result = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            result.next();
            for (String line : history(result).split("\n", -1)) {
                String[] fields = line.strip().split("\\s+", 3);
                if (fields.length >= 2 && fields[0].equals(String.valueOf(former))) {
                    return Long.compareUnsigned(Lsn.parse(fields[1]), position) < 0;
                }
            }
            return true;
        }
    }

    /** A bytea in its hex form, or already decoded, as the driver has it. */
    private static String history(ResultSet result) throws SQLException {
        return new String(result.getBytes(2), StandardCharsets.UTF_8);
    }
}
