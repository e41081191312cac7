package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.server.RunningTransactions;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Wal;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From where on a resync leaves the changes to the slot: every transaction that was committed before, by its record in the log, is
 * seen by whoever reads the table from now on.
 *
 * <p>A record is in the log before others see the transaction, and much longer so where a commit waits for a standby. So whatever
 * runs when the place is taken has to end first. On a standby what was replayed is seen, so nothing is waited for.
 */
final class ResyncStart {

    private static final Logger LOG = LoggerFactory.getLogger(ResyncStart.class);

    private static final long PAUSE_MILLIS = 50;
    private static final long REMIND_NANOS = 5_000_000_000L;

    private ResyncStart() {}

    /** Waits for the transactions that run, for as long as they do; {@link Scan#UNCUT} if it was given up. */
    static long draw(Server server, Resync resync, BooleanSupplier isGivenUp) throws SQLException {
        long place = Wal.place(server);
        if (server.isStandby()) {
            return resync.readAs().era().at(place);
        }
        long horizon = server.number("SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())");
        long remind = System.nanoTime() + REMIND_NANOS;
        while (server.is("SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) < ?", horizon)) {
            if (isGivenUp.getAsBoolean()) {
                return Scan.UNCUT;
            }
            if (System.nanoTime() > remind) {
                LOG.warn(
                        "{} waits for transactions that ran when it began: {}",
                        resync,
                        RunningTransactions.oldest(server));
                remind = System.nanoTime() + REMIND_NANOS;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted while waiting for running transactions", e);
            }
        }
        return resync.readAs().era().at(place);
    }
}
