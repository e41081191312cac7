package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.Sql;
import java.sql.SQLException;

/** How far the log of a server is. A standby has what it has replayed: its slots are read no further, and its sessions see no more. */
public final class Wal {

    private static final String PLACE = Sql.statement(Wal.class, "wal_place.sql");
    private static final String REPLAY = Sql.statement(Wal.class, "replay.sql");
    private static final String WRITTEN = Sql.statement(Wal.class, "written_wal.sql");
    private static final String TIMELINE = Sql.statement(Wal.class, "timeline.sql");
    private static final String NOT_ALLOWED = "42501";
    private static final long PAUSE_MILLIS = 10;

    private Wal() {}

    /**
     * A place, in bytes, behind the commit of every transaction that was seen so far; on a standby also one up to which every
     * transaction is seen from now on.
     *
     * <p>A standby lets others see a transaction before it says that its commit was replayed, and in between it may delete large
     * files. It replays one record after the other, so that is over when it has come any further, or is between two records.
     */
    public static long place(Server server) throws SQLException {
        if (!server.isStandby()) {
            return server.number(PLACE);
        }
        long first = server.number(PLACE);
        while (!isBetweenRecords(server)) {
            pause();
            long now = server.number(PLACE);
            if (now != first) {
                return now;
            }
        }
        // From behind the moment at which it was between two.
        return server.number(PLACE);
    }

    /** One that was promoted meanwhile replays nothing. */
    private static boolean isBetweenRecords(Server standby) throws SQLException {
        String answer = standby.find(REPLAY);
        if (answer == null && standby.isStandby()) {
            throw new SQLException(
                    "The user may not see what the standby replays; run GRANT pg_read_all_stats TO it on the primary",
                    NOT_ALLOWED);
        }
        return answer == null || answer.equals("t");
    }

    /** Whether this user may see what a standby replays, which {@link #place} needs. */
    public static boolean isReplaySeen(Server standby) throws SQLException {
        return standby.find(REPLAY) != null;
    }

    /** Up to where slots can be read by now, in bytes. */
    public static long written(Server server) throws SQLException {
        return server.number(WRITTEN);
    }

    /** The timeline of a primary. */
    public static int timeline(Server server) throws SQLException {
        return (int) server.number(TIMELINE);
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while a standby replayed its WAL", e);
        }
    }
}
