package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot: checked, and made where it is missing. */
public final class Slot {

    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final String CREATE = Sql.statement(Slot.class, "create_slot.sql");
    private static final String CREATE_FAILOVER = Sql.statement(Slot.class, "create_failover_slot.sql");
    private static final String LAST_PUBLISHING = Sql.statement(Slot.class, "last_publishing.sql");
    private static final String LAST_PUBLISHING_OF_SCHEMAS =
            Sql.statement(Slot.class, "last_publishing_of_schemas.sql");
    private static final int SCHEMAS = 150_000;
    private static final int FAILOVER = 170_000;
    private static final long ENDING_NANOS = 2_000_000_000;
    private static final long REMIND_MILLIS = 5_000;
    private static final long PATIENCE_MILLIS = 600_000;

    private final Server server;
    private final PostgresSettings settings;

    public Slot(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    public void check(Problems problems) throws SQLException {
        String name = settings.slot();
        SlotStatus status = status();
        if (status == null) {
            checkRoom(problems);
            return;
        }
        String drop = "SELECT pg_drop_replication_slot(" + Sql.literal(name) + ")";
        if (!status.isOurs()) {
            problems.add(settings.key("postgres.slot") + ": replication slot " + name + " is one of " + status.plugin()
                    + ", not of pgoutput; choose another name, or drop it with " + drop);
            return;
        }
        if (!status.database().equals(settings.server().database())) {
            problems.add(settings.key("postgres.slot") + ": replication slot " + name + " belongs to database "
                    + status.database() + "; choose another name");
            return;
        }
        if (status.isLost()) {
            if (!settings.resyncsLostSlot()) {
                problems.add(settings.key("postgres.slot") + ": replication slot " + name + " " + status.loss()
                        + "; drop it with " + drop + " and start anew, without state, or set "
                        + settings.key("postgres.on-lost-slot") + " to resync");
            }
        }
    }

    /** Whether a job that runs has it: another one cannot start then. */
    public void checkFree(Problems problems) throws SQLException {
        SlotStatus status = status();
        boolean isJobs = status != null
                && status.isOurs()
                && status.database().equals(settings.server().database());
        String pid = isJobs ? reader() : null;
        if (pid != null) {
            problems.add(settings.key("postgres.slot") + ": replication slot " + settings.slot()
                    + " is being read by another job (process " + pid
                    + " of the server); stop that one, or choose another name");
        }
    }

    private @Nullable SlotStatus status() throws SQLException {
        return SlotStatus.find(settings.slot(), server);
    }

    public boolean exists() throws SQLException {
        return status() != null;
    }

    /** If it is there. */
    public void drop() throws SQLException {
        server.rows(
                "SELECT pg_catalog.pg_drop_replication_slot(slot_name)::text FROM pg_catalog.pg_replication_slots WHERE"
                        + " slot_name = ?",
                settings.slot());
    }

    /** The process that still has the slot when a job that has just ended must have let go of it; null if none has. */
    private @Nullable String reader() throws SQLException {
        long deadline = System.nanoTime() + ENDING_NANOS;
        while (true) {
            SlotStatus status = status();
            String pid = status == null ? null : status.reader();
            if (pid == null || System.nanoTime() > deadline) {
                return pid;
            }
            LockSupport.parkNanos(ENDING_NANOS / 20);
        }
    }

    private void checkRoom(Problems problems) throws SQLException {
        long most = server.number("SHOW max_replication_slots");
        if (server.number("SELECT count(*) FROM pg_catalog.pg_replication_slots") >= most) {
            problems.add("All " + most + " replication slots of PostgreSQL at "
                    + settings.server().hostname()
                    + " are in use; drop one that nobody reads, or raise max_replication_slots and restart it");
        }
    }

    /**
     * The position from which a job without state reads the slot: where the slot begins or was confirmed last. It stays
     * the same until a stream is read and confirmed, so a job that is resumed while it still reads its snapshot reads the
     * rest at the position of the first start; from a later one, deletes in between would be passed over. What an earlier
     * job wrote beyond it comes again, at the same positions.
     *
     * @param published whether tables were published just now
     */
    public SlotPosition open(boolean published) throws SQLException {
        if (settings.resyncsLostSlot()) {
            dropIfLost();
        }
        if (status() == null) {
            LOG.info("{}: making replication slot {}; this waits for running transactions", settings, settings.slot());
            boolean isTakenOver = server.version() >= FAILOVER && !server.isStandby();
            String create = isTakenOver ? CREATE_FAILOVER : CREATE;
            RunningTransactions running = RunningTransactions.watch(settings, "replication slot " + settings.slot());
            try {
                return SlotPosition.of(server.numberAtLast(create, settings.slot()));
            } finally {
                running.close();
            }
        }
        awaitRunning(
                published
                        ? server.number("SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())")
                        : lastPublishing());
        SlotStatus status = status();
        if (status == null) {
            throw new SQLException("The replication slot " + settings.slot() + " was dropped just now; start again");
        }
        return SlotPosition.of(status.confirmed());
    }

    /**
     * Fails if the slot no longer has everything from this place in the WAL on.
     *
     * @throws LostHistoryException if changes are gone, for good
     */
    public void ensure(long lsn) throws SQLException, LostHistoryException {
        String slot = "The replication slot " + settings.slot() + " of " + settings;
        String anew = "start the job anew, without its state, so that it takes a snapshot";
        SlotStatus status = status();
        if (status == null) {
            throw new LostHistoryException(slot + " is gone, and with it changes that were not read");
        }
        if (!status.isOurs()) {
            throw JobEnd.because(slot + " is no longer the one that this job made, but one of " + status.plugin() + ": "
                    + dropping() + anew);
        }
        if (status.isLost()) {
            throw new LostHistoryException(slot + " " + status.loss(), dropping() + anew);
        }
        if (Long.compareUnsigned(status.confirmed(), lsn) > 0) {
            throw new LostHistoryException(
                    slot + " is further on than the state this job starts from, so changes in between are gone",
                    "start from a newer checkpoint, or " + anew);
        }
    }

    private String dropping() {
        return "drop it with SELECT pg_drop_replication_slot(" + Sql.literal(settings.slot()) + ") and ";
    }

    private void dropIfLost() throws SQLException {
        SlotStatus status = status();
        if (status != null && status.isOurs() && status.isLost()) {
            LOG.warn(
                    "{}: replication slot {} {}: it is dropped and made anew",
                    settings,
                    settings.slot(),
                    status.loss());
            drop();
        }
    }

    /**
     * The transaction that changed the publication last: an administrator's, or one of a start that gave up. A job that is
     * resumed later waits for none that began since. The age of what is older than the server can tell is negative.
     */
    private long lastPublishing() throws SQLException {
        String name = settings.publication();
        long tables = server.number(LAST_PUBLISHING, name);
        return server.version() < SCHEMAS ? tables : Math.max(tables, server.number(LAST_PUBLISHING_OF_SCHEMAS, name));
    }

    /**
     * What a transaction wrote before its table was published does not come through the slot, so its rows have to be there
     * when the snapshot is read.
     *
     * @param horizon the first transaction that need not be awaited
     */
    private void awaitRunning(long horizon) throws SQLException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        long remind = 0;
        while (server.is("SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) < ?", horizon)) {
            if (System.currentTimeMillis() > deadline) {
                throw new SQLException("Transactions that were running when tables were added to publication "
                        + settings.publication() + " are still running; end them and start again: "
                        + RunningTransactions.oldest(server));
            }
            if (System.currentTimeMillis() >= remind) {
                LOG.warn(
                        "{}: waiting for transactions that were running when tables were published: {}",
                        settings,
                        RunningTransactions.oldest(server));
                remind = System.currentTimeMillis() + REMIND_MILLIS;
            }
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted while waiting for running transactions", e);
            }
        }
    }
}
