package io.tributary.capture.postgres.server;

import io.tributary.capture.postgres.Sql;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server says of a replication slot. */
final class SlotStatus {

    private static final String SLOT = Sql.statement(SlotStatus.class, "slot.sql");

    private final String plugin;
    private final String database;
    private final String state;
    private final @Nullable String reader;
    private final long confirmed;

    private SlotStatus(List<@Nullable String> row) {
        plugin = String.valueOf(row.get(0));
        database = String.valueOf(row.get(1));
        state = String.valueOf(row.get(2));
        reader = row.get(3);
        confirmed = Long.parseLong(String.valueOf(row.get(4)));
    }

    /** Null if there is no such slot. */
    static @Nullable SlotStatus find(String name, Server server) throws SQLException {
        List<List<@Nullable String>> rows = server.rows(SLOT, name);
        return rows.isEmpty() ? null : new SlotStatus(rows.get(0));
    }

    /** One of no plugin is not a logical slot. */
    String plugin() {
        return plugin;
    }

    boolean isOurs() {
        return plugin.equals("pgoutput");
    }

    String database() {
        return database;
    }

    /** Whether changes are gone that it had to keep. */
    boolean isLost() {
        return loss() != null;
    }

    /** What became of a slot that is of no use any more, and what to look at, as the end of a sentence; null if it is of use. */
    @Nullable
    String loss() {
        switch (state) {
            case "lost":
            case "wal_removed":
                return "has lost WAL that was not read yet (see max_slot_wal_keep_size)";
            case "idle_timeout":
                return "was not read for too long (see idle_replication_slot_timeout)";
            case "rows_removed":
                return "lacks rows of the catalog that the primary has removed (let the standby run with"
                        + " hot_standby_feedback = on, and with a slot of the primary as its primary_slot_name)";
            case "wal_level_insufficient":
                return "is on a standby whose primary no longer runs with wal_level = logical";
            case "conflict":
                return "was in conflict with what its standby replayed (let that run with hot_standby_feedback = on,"
                        + " with a slot of the primary as its primary_slot_name, and the primary with wal_level ="
                        + " logical)";
            default:
                return null;
        }
    }

    /** The process that reads it just now; null if none does. */
    @Nullable
    String reader() {
        return reader;
    }

    /** 0: up to nowhere. */
    long confirmed() {
        return confirmed;
    }
}
