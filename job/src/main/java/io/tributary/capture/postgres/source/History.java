package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Lsn;
import io.tributary.capture.postgres.server.ServerIdentity;
import java.sql.Connection;
import java.sql.SQLException;

/** Whether what was read belongs to the history of the server that is read now. */
final class History {

    private static final String ANEW = "start the job anew, without its state, so that it takes a snapshot";

    private History() {}

    /**
     * The split, of this server from now on; fails if what was read for it is not of this server's history: transactions up to
     * its position, and rows of the snapshot up to its end.
     */
    static SlotSplit ensure(SlotSplit split, Connection replication, PostgresSettings settings) throws SQLException {
        ServerIdentity server = ServerIdentity.of(replication);
        if (split.system() != 0 && split.system() != server.system()) {
            throw JobEnd.because(settings + " is another server than the one this job has read (system identifier "
                    + Long.toUnsignedString(server.system()) + ", not " + Long.toUnsignedString(split.system())
                    + "). Set postgres.hostname to that one, or " + ANEW);
        }
        if (Long.compareUnsigned(server.end(), split.position()) < 0) {
            throw JobEnd.because("The WAL of " + settings + " ends at " + Lsn.text(server.end())
                    + ", before " + Lsn.text(split.position())
                    + " up to where this job has read it. The server was restored, or took over from"
                    + " one that was ahead of it, so transactions which this job has read are gone: " + ANEW);
        }
        if (split.timeline() != 0 && split.timeline() != server.timeline()) {
            ensureTookOver(split, server, replication, settings);
        }
        return split.of(server.system(), server.timeline());
    }

    private static void ensureTookOver(
            SlotSplit split, ServerIdentity server, Connection replication, PostgresSettings settings)
            throws SQLException {
        String tookOver = "The server of " + settings + " took over (timeline " + server.timeline() + ") ";
        if (split.snapshotEnd() == SlotSplit.RUNNING) {
            throw JobEnd.because(
                    tookOver + "while the snapshot was being read, which may have rows that are gone by now: " + ANEW);
        }
        long read = Math.max(split.position(), split.snapshotEnd());
        if (Long.compareUnsigned(server.endOf(split.timeline(), replication), read) < 0) {
            throw JobEnd.because(tookOver + "from one that was ahead of it: transactions before " + Lsn.text(read)
                    + " which this job has read are gone: " + ANEW);
        }
    }
}
