package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.metrics.Exposition;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication slot as the database sees it, for metrics: also while no job runs. Each look is a query over one connection,
 * which is made anew after a failure.
 */
public final class SlotWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
    private static final String KEPT_WAL = Sql.statement(SlotWatch.class, "kept_wal.sql");

    private final PostgresSettings settings;
    private @Nullable Connection connection;

    public SlotWatch(PostgresSettings settings) {
        this.settings = settings;
    }

    /** Where the database cannot be asked, the only metric is the one that says so. */
    public synchronized void expose(Exposition metrics) {
        String slot = settings.slot();
        String[] labels = {"source", settings.source().system(), "slot", slot};
        try {
            Server server = new Server(open());
            SlotStatus status = SlotStatus.find(slot, server);
            metrics.gauge("tributary_slot_reachable", "Whether the database answers", 1, labels);
            if (status != null) {
                metrics.gauge(
                        "tributary_slot_active",
                        "Whether somebody reads the slot",
                        status.reader() == null ? 0 : 1,
                        labels);
                metrics.gauge(
                        "tributary_slot_lost",
                        "Whether WAL is gone that was not read",
                        status.isLost() ? 1 : 0,
                        labels);
            }
            String kept = server.find(KEPT_WAL, slot);
            if (kept != null) {
                metrics.gauge(
                        "tributary_slot_wal_bytes",
                        "WAL that the server keeps for the slot",
                        Double.parseDouble(kept),
                        labels);
            }
        } catch (SQLException e) {
            LOG.warn("The slot of {} could not be looked at: {}", settings, e.getMessage());
            close();
            metrics.gauge("tributary_slot_reachable", "Whether the database answers", 0, labels);
        }
    }

    private Connection open() throws SQLException {
        Connection opened = connection;
        if (opened == null) {
            opened = JdbcOptions.connect(settings);
            connection = opened;
        }
        return opened;
    }

    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("The connection was lost already", e);
            }
        }
    }
}
