package io.tributary.change;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What people say in a source about one of its tables and about its columns. */
public final class Comments {

    private final @Nullable String table;
    private final TreeMap<String, String> columns;

    private Comments(@Nullable String table, Map<String, String> columns) {
        this.table = table;
        this.columns = new TreeMap<>(columns);
    }

    /** @param columns by their names, of those of which anything is said */
    public static Comments of(@Nullable String table, Map<String, String> columns) {
        return new Comments(table, columns);
    }

    /** The same, of these columns alone. */
    public Comments within(Collection<String> some) {
        Comments both = new Comments(table, columns);
        both.columns.keySet().retainAll(some);
        return both;
    }

    /** Null if nothing is said. */
    public @Nullable String table() {
        return table;
    }

    /** By their names. */
    public Map<String, String> columns() {
        return columns;
    }

    public boolean isEmpty() {
        return table == null && columns.isEmpty();
    }

    @Override
    public String toString() {
        return table + " " + columns;
    }
}
