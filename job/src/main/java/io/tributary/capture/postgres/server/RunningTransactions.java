package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says every few seconds which transactions are waited for, so that people know whose session to end. */
public final class RunningTransactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTransactions.class);
    private static final String OLDEST = Sql.statement(RunningTransactions.class, "running_transactions.sql");
    private static final String ON_PRIMARY =
            "a standby does not tell them: they are on the primary, with a backend_xid in pg_stat_activity. If there"
                    + " are none, run SELECT pg_log_standby_snapshot() on it, for a primary that is idle does not tell its"
                    + " standby so";
    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    private final PostgresSettings settings;
    private final String who;
    private final Repeated repeated;
    private long said = System.nanoTime();

    private RunningTransactions(PostgresSettings settings, String who) {
        this.settings = settings;
        this.who = who;
        this.repeated = Repeated.start("postgres-waiting-" + settings.slot(), Duration.ofSeconds(1), this::look);
    }

    /** Until it is closed. The session that waits cannot say it itself, so it asks over another one. */
    public static RunningTransactions watch(PostgresSettings settings, String who) {
        return new RunningTransactions(settings, who);
    }

    /** Those that have run for longest, for people; empty if none can be seen. */
    public static String oldest(Server server) throws SQLException {
        return server.isStandby() ? ON_PRIMARY : String.join("; ", server.texts(OLDEST));
    }

    private void look() {
        if (System.nanoTime() - said < PAUSE_NANOS) {
            return;
        }
        said = System.nanoTime();
        try (Connection connection = JdbcOptions.connect(settings)) {
            String oldest = oldest(new Server(connection));
            if (!oldest.isEmpty()) {
                LOG.warn("{}: {} waits for transactions that run: {}", settings, who, oldest);
            }
        } catch (SQLException e) {
            LOG.debug("{}: whoever is waited for cannot be asked for: {}", settings, e.getMessage());
        }
    }

    @Override
    public void close() {
        repeated.close();
    }
}
