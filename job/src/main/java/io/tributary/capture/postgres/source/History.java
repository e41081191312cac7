package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.LostHistoryException;
import io.tributary.capture.postgres.server.Lsn;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.ServerIdentity;
import java.sql.Connection;
import java.sql.SQLException;

/** Whether what was read belongs to the history of the server that is read now. */
final class History {

    private static final String NOT_READY = "57P03";

    private History() {}

    /**
     * The split, of this server from now on.
     *
     * @throws LostHistoryException if what was read for it is not of this server's history: transactions up to its position,
     *     and rows of the snapshot up to its end
     */
    static SlotSplit ensure(SlotSplit split, Connection replication, PostgresSettings settings)
            throws SQLException, LostHistoryException {
        ServerIdentity server = ServerIdentity.of(replication);
        if (split.system() != 0 && split.system() != server.system()) {
            throw new LostHistoryException(
                    settings + " is another server than the one this job has read (system identifier "
                            + Long.toUnsignedString(server.system()) + ", not "
                            + Long.toUnsignedString(split.system()) + ")",
                    "set " + settings.key("postgres.hostname")
                            + " to that one, or start the job anew, without its state, so that it takes a"
                            + " snapshot");
        }
        long read = split.era().lsn(split.position());
        if (Long.compareUnsigned(server.end(), read) < 0) {
            ensurePrimary(server, read, replication);
            throw new LostHistoryException("The WAL of " + settings + " ends at " + Lsn.text(server.end())
                    + ", before " + Lsn.text(read)
                    + " up to where this job has read it. The server was restored, or took over from"
                    + " one that was ahead of it, so transactions which this job has read are gone");
        }
        if (split.timeline() != 0 && split.timeline() != server.timeline()) {
            ensureTookOver(split, server, replication, settings);
        }
        return split.of(server.system(), server.timeline());
    }

    /** A standby that was started again may not have replayed yet what it had before. */
    private static void ensurePrimary(ServerIdentity server, long read, Connection replication) throws SQLException {
        if (new Server(replication).isStandby()) {
            throw new SQLException(
                    "The standby has come to " + Lsn.text(server.end()) + ", and not yet to " + Lsn.text(read)
                            + " up to where it was read",
                    NOT_READY);
        }
    }

    private static void ensureTookOver(
            SlotSplit split, ServerIdentity server, Connection replication, PostgresSettings settings)
            throws SQLException, LostHistoryException {
        String tookOver = "The server of " + settings + " took over (timeline " + server.timeline() + ") ";
        if (split.tables().isAnyWanted()) {
            throw new LostHistoryException(
                    tookOver + "while tables were being read again, which may have rows that are gone by now");
        }
        if (split.snapshotEnd() == SlotSplit.RUNNING) {
            throw new LostHistoryException(
                    tookOver + "while the snapshot was being read, which may have rows that are gone by now");
        }
        Era era = split.era();
        long end = era.has(split.snapshotEnd()) ? era.lsn(split.snapshotEnd()) : 0;
        long read = Math.max(era.lsn(split.position()), end);
        if (Long.compareUnsigned(server.endOf(split.timeline(), replication), read) < 0) {
            throw new LostHistoryException(tookOver + "from one that was ahead of it: transactions before "
                    + Lsn.text(read) + " which this job has read are gone");
        }
    }
}
