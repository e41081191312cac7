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
    private final String wal;
    private final @Nullable String reader;
    private final long confirmed;

    private SlotStatus(List<@Nullable String> row) {
        plugin = String.valueOf(row.get(0));
        database = String.valueOf(row.get(1));
        wal = String.valueOf(row.get(2));
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

    /** Whether WAL is gone that it had to keep. */
    boolean hasLostWal() {
        return wal.equals("lost");
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
