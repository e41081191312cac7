package io.tributary.capture.debezium;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table of a server that a topic has events of. */
final class Sender {

    private final String title;
    private final String server;
    private final String database;
    private final String schema;
    private final String table;
    private final @Nullable String name;
    private final Map<ConnectType, RowLayout> layouts = new RecentLayouts();
    private boolean isBound;

    /** @param name of the table in the pipeline; null if it is not captured */
    Sender(String title, SourceBlock source, @Nullable String name) {
        this.title = title;
        this.server = source.server();
        this.database = source.database();
        this.schema = source.schema();
        this.table = source.table();
        this.name = name;
    }

    /** What tells it from all others, for people too. */
    static String title(SourceBlock source) {
        return source.fullTable() + (source.server().isEmpty() ? "" : " (server " + source.server() + ")");
    }

    boolean isOf(SourceBlock source) {
        return table.equals(source.table())
                && schema.equals(source.schema())
                && database.equals(source.database())
                && server.equals(source.server());
    }

    String title() {
        return title;
    }

    /** The connector's own name; empty if it has none. */
    String server() {
        return server;
    }

    /** Of the table in the pipeline; null if it is not captured. */
    @Nullable
    String name() {
        return name;
    }

    /** How the events of each schema are read. */
    Map<ConnectType, RowLayout> layouts() {
        return layouts;
    }

    /** Whether an event of it became a change. */
    boolean isBound() {
        return isBound;
    }

    void bind() {
        isBound = true;
    }
}
