package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot: checked, and made where it is missing. */
public final class Slot {

    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final String FROM_SLOT = " FROM pg_catalog.pg_replication_slots s WHERE slot_name = ?";
    private static final int FAILOVER = 170_000;
    private static final long ENDING_NANOS = 2_000_000_000;
    private static final long PATIENCE_MILLIS = 600_000;

    private final Server server;
    private final PostgresSettings settings;

    public Slot(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    public void check(Problems problems) throws SQLException {
        String name = settings.slot();
        String plugin = server.find("SELECT coalesce(plugin, 'no plugin')" + FROM_SLOT, name);
        if (plugin == null) {
            checkRoom(problems);
            return;
        }
        String drop = "SELECT pg_drop_replication_slot(" + Sql.literal(name) + ")";
        if (!plugin.equals("pgoutput")) {
            problems.add("postgres.slot: replication slot " + name + " is one of " + plugin
                    + ", not of pgoutput; choose another name, or drop it with " + drop);
            return;
        }
        String database = server.text("SELECT database" + FROM_SLOT, name);
        if (!database.equals(settings.database())) {
            problems.add("postgres.slot: replication slot " + name + " belongs to database " + database
                    + "; choose another name");
            return;
        }
        if ("lost".equals(server.find("SELECT to_jsonb(s) ->> 'wal_status'" + FROM_SLOT, name))) {
            problems.add("postgres.slot: replication slot " + name + " has lost WAL that it needed (see"
                    + " max_slot_wal_keep_size); drop it with " + drop + " and start anew, without state");
            return;
        }
        String pid = reader();
        if (pid != null) {
            problems.add("postgres.slot: replication slot " + name + " is being read by another job (process " + pid
                    + " of the server); stop that one, or choose another name");
        }
    }

    /** The process that still has the slot when a job that has just ended must have let go of it; null if none has. */
    private @Nullable String reader() throws SQLException {
        long deadline = System.nanoTime() + ENDING_NANOS;
        while (true) {
            String pid = server.find("SELECT active_pid" + FROM_SLOT, settings.slot());
            if (pid == null || System.nanoTime() > deadline) {
                return pid;
            }
            LockSupport.parkNanos(ENDING_NANOS / 20);
        }
    }

    private void checkRoom(Problems problems) throws SQLException {
        int most = Integer.parseInt(server.text("SHOW max_replication_slots"));
        if (Integer.parseInt(server.text("SELECT count(*) FROM pg_catalog.pg_replication_slots")) >= most) {
            problems.add("All " + most + " replication slots of PostgreSQL at " + settings.hostname()
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
        if (server.find("SELECT slot_name" + FROM_SLOT, settings.slot()) == null) {
            LOG.info("{}: making replication slot {}; this waits for running transactions", settings, settings.slot());
            // Standbys may take it over, if they are set up to: sync_replication_slots of version 17.
            boolean failsOver = Integer.parseInt(server.text("SHOW server_version_num")) >= FAILOVER;
            return position("(SELECT lsn FROM pg_catalog.pg_create_logical_replication_slot("
                    + Sql.literal(settings.slot()) + ", 'pgoutput'" + (failsOver ? ", failover => true" : "") + "))");
        }
        awaitRunning(
                published
                        ? Long.parseLong(
                                server.text("SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())"))
                        : lastPublishing());
        return position("(SELECT confirmed_flush_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = "
                + Sql.literal(settings.slot()) + ")");
    }

    /** Fails if the slot no longer has everything from this position on. */
    public void ensure(long position) throws SQLException {
        String slot = "The replication slot " + settings.slot() + " of " + settings;
        String anew = "start the job anew, without its state, so that it takes a snapshot";
        String found = server.find(
                "SELECT concat_ws(' ', coalesce(plugin, 'none'), coalesce(to_jsonb(s) ->> 'wal_status', 'unknown'),"
                        + " coalesce(confirmed_flush_lsn - '0/0'::pg_lsn, 0))" + FROM_SLOT,
                settings.slot());
        if (found == null) {
            throw new FlinkRuntimeException(slot + " is gone, and with it changes that were not read: " + anew);
        }
        String drop = "drop it with SELECT pg_drop_replication_slot(" + Sql.literal(settings.slot()) + ") and ";
        if (!found.startsWith("pgoutput ")) {
            throw new FlinkRuntimeException(slot + " is no longer the one that this job made, but one of "
                    + found.substring(0, found.indexOf(' ')) + ": " + drop + anew);
        }
        String[] status = found.split(" ", -1);
        if (status[1].equals("lost")) {
            throw new FlinkRuntimeException(
                    slot + " has lost WAL that was not read yet (see max_slot_wal_keep_size): " + drop + anew);
        }
        if (Long.compareUnsigned(Long.parseLong(status[2]), position) > 0) {
            throw new FlinkRuntimeException(
                    slot + " is further on than the state this job starts from, so changes in between"
                            + " are gone: start from a newer checkpoint, or " + anew);
        }
    }

    private SlotPosition position(String lsn) throws SQLException {
        return SlotPosition.of(Long.parseLong(server.text("SELECT " + lsn + " - '0/0'::pg_lsn")));
    }

    /**
     * The transaction that changed the publication last: an administrator's, or one of a start that gave up. A job that is
     * resumed later waits for none that began since. The age of what is older than the server can tell is negative.
     */
    private long lastPublishing() throws SQLException {
        String name = Sql.literal(settings.publication());
        boolean schemas = server.is("SELECT to_regclass('pg_catalog.pg_publication_namespace') IS NOT NULL");
        return Long.parseLong(server.text("WITH now AS (SELECT pg_catalog.txid_snapshot_xmax(s) AS xmax FROM"
                + " pg_catalog.txid_current_snapshot() s), published AS ("
                + "SELECT xmin FROM pg_catalog.pg_publication WHERE pubname = " + name
                + " UNION ALL SELECT r.xmin FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p"
                + " ON p.oid = r.prpubid WHERE pubname = " + name
                + (schemas
                        ? " UNION ALL SELECT r.xmin FROM pg_catalog.pg_publication_namespace r"
                                + " JOIN pg_catalog.pg_publication p ON p.oid = r.pnpubid WHERE pubname = " + name
                        : "")
                + ") SELECT coalesce(max(now.xmax + age((now.xmax % 4294967296)::text::xid) - age(published.xmin)), 0)"
                + " FROM now, published WHERE age(published.xmin) >= 0"));
    }

    /**
     * What a transaction wrote before its table was published does not come through the slot, so its rows have to be there
     * when the snapshot is read.
     *
     * @param horizon the first transaction that need not be awaited
     */
    private void awaitRunning(long horizon) throws SQLException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (server.is("SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) < ?", horizon)) {
            if (System.currentTimeMillis() > deadline) {
                throw new SQLException(
                        "Transactions that were running when tables were added to publication " + settings.publication()
                                + " are still running; end them (see pg_stat_activity) and start again");
            }
            LOG.info("{}: waiting for transactions that were running when tables were published", settings);
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("Interrupted while waiting for running transactions", e);
            }
        }
    }
}
