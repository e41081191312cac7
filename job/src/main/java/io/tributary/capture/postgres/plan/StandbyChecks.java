package io.tributary.capture.postgres.plan;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.settings.Problems;
import java.sql.SQLException;

/** What a capture needs of a server that follows another one. */
final class StandbyChecks {

    private static final int SLOTS = 160_000;

    private final Server server;
    private final PostgresSettings settings;

    StandbyChecks(Server server, PostgresSettings settings) {
        this.server = server;
        this.settings = settings;
    }

    /** False if nothing further can be asked. */
    boolean check(Problems problems) throws SQLException {
        String hostname = settings.server().hostname();
        if (server.version() < SLOTS) {
            problems.add(settings.key("postgres.hostname") + ": " + hostname + " is a replica of version "
                    + server.text("SHOW server_version")
                    + ", which has no slots to be read before version 16; name the primary");
            return false;
        }
        if (!settings.server().mayBeStandby()) {
            problems.add(settings.key("postgres.hostname") + ": " + hostname
                    + " is a replica, on which nothing can be published; name the" + " primary, or set "
                    + settings.key("postgres.allow-standby") + " to true to read the replica");
            return false;
        }
        if (settings.reader() != PostgresSettings.ReaderChoice.NATIVE) {
            problems.add(settings.key("postgres.reader") + ": " + settings.reader() + " cannot read the replica "
                    + hostname + "; set it to native, or name the primary");
        }
        if (server.text("SHOW hot_standby_feedback").equals("off")) {
            problems.add("PostgreSQL at " + hostname + " is a replica with hot_standby_feedback = off, so its primary"
                    + " removes what the slot needs; run ALTER SYSTEM SET hot_standby_feedback = on and SELECT"
                    + " pg_reload_conf() on it");
        }
        if (!Wal.isReplaySeen(server)) {
            problems.add("User " + settings.server().username() + " may not see what the replica " + hostname
                    + " replays; run GRANT pg_read_all_stats TO "
                    + Sql.identifier(settings.server().username()) + " on the primary");
        }
        return true;
    }
}
