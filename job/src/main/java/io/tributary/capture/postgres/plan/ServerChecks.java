package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import io.tributary.settings.Problems;
import java.sql.SQLException;

/** What every capture needs of the server, and of the user that it connects as. */
final class ServerChecks {

    private static final String MAY_REPLICATE = Sql.statement(ServerChecks.class, "may_replicate.sql");
    private static final String MAY_EMIT_MESSAGES = Sql.statement(ServerChecks.class, "may_emit_messages.sql");
    /** Two of those that every session of ours asks for. */
    private static final String TAKES_OPTIONS = "SELECT pg_catalog.current_setting('row_security') = 'off'"
            + " AND pg_catalog.current_setting('xmloption') = 'content'"
            + " AND pg_catalog.current_setting('intervalstyle') = 'iso_8601'";

    private static final int OLDEST_VERSION = 120_000;

    private final Server server;
    private final PostgresSettings settings;

    ServerChecks(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /** False if nothing further can be asked. */
    boolean check(Problems problems) throws SQLException {
        if (server.version() < OLDEST_VERSION) {
            problems.add("PostgreSQL at " + settings.server().hostname() + " is version "
                    + server.text("SHOW server_version") + "; version 12 or newer is needed");
            return false;
        }
        if (!server.is(TAKES_OPTIONS)) {
            problems.add(
                    settings.key("postgres.hostname") + ", " + settings.key("postgres.port") + ": what answers at "
                            + settings.server().hostname() + ":"
                            + settings.server().port()
                            + " ignores the options of a session, as poolers such as PgBouncer do; name the PostgreSQL server itself");
            return false;
        }
        if (server.isStandby() && !new StandbyChecks(server, settings).check(problems)) {
            return false;
        }
        String level = server.text("SHOW wal_level");
        if (!level.equals("logical")) {
            problems.add("PostgreSQL at " + settings.server().hostname() + " runs with wal_level = " + level
                    + "; run ALTER SYSTEM SET wal_level = 'logical' and restart it"
                    + " (on RDS and Aurora set rds.logical_replication = 1 in the parameter group)");
        }
        checkUser(problems);
        long senders = server.number("SHOW max_wal_senders");
        if (server.number("SELECT count(*) FROM pg_catalog.pg_stat_replication") >= senders) {
            problems.add("All " + senders + " WAL senders of PostgreSQL at "
                    + settings.server().hostname() + " are in use; raise max_wal_senders and restart it");
        }
        return true;
    }

    private void checkUser(Problems problems) throws SQLException {
        String user = Sql.identifier(settings.server().username());
        if (!server.is(MAY_REPLICATE)) {
            problems.add("User " + settings.server().username() + " may not replicate; run ALTER ROLE " + user
                    + " WITH REPLICATION (on RDS and Aurora GRANT rds_replication TO " + user + ")");
        }
        boolean beats = settings.reader() == PostgresSettings.ReaderChoice.NATIVE
                || settings.heartbeatInterval().isZero()
                || server.is(MAY_EMIT_MESSAGES);
        if (!beats) {
            problems.add(
                    "User " + settings.server().username() + " may not write heartbeats; run GRANT EXECUTE ON FUNCTION"
                            + " pg_logical_emit_message TO " + user + ", or set "
                            + settings.key("postgres.heartbeat-interval") + " to 0");
        }
    }
}
