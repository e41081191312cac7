package io.tributary.sink.iceberg;

import io.tributary.change.Schema;
import io.tributary.change.TakenChanges;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Of which captured tables each table is made, and which of these come in one order: the changes of a database, which has one log. Of
 * others, as topics with several partitions, a position says nothing of what came before.
 */
public final class SourceTables implements Serializable {

    private static final long serialVersionUID = 1L;

    private final HashMap<String, TreeSet<String>> byOutput = new HashMap<>();
    private final HashMap<String, String> systems;

    /**
     * @param byOutput the captured tables that a table is made of; a table of which no change can be told to have come has none
     * @param systems of each captured table that has one order with the others of its system, the system's name
     */
    public SourceTables(Map<String, Set<String>> byOutput, Map<String, String> systems) {
        byOutput.forEach((table, sources) -> this.byOutput.put(table, new TreeSet<>(sources)));
        this.systems = new HashMap<>(systems);
    }

    static SourceTables unknown() {
        return new SourceTables(Map.of(), Map.of());
    }

    /** Up to where a table is complete that has all which comes of these changes; null if that is not known. */
    @Nullable
    CompleteUntil of(String output, TakenChanges taken) {
        Set<String> needed = new HashSet<>();
        for (String table : byOutput.getOrDefault(output, new TreeSet<>())) {
            String system = systems.get(table);
            if (system == null || !taken.isRead(Schema.tableId(table))) {
                return null;
            }
            needed.add(system);
        }
        Map<String, TakenChanges.Newest> newest = new TreeMap<>();
        systems.forEach((table, system) -> {
            TakenChanges.Newest change = taken.newest().get(Schema.tableId(table));
            if (change != null && needed.contains(system)) {
                newest.merge(system, change, TakenChanges.Newest::or);
            }
        });
        return needed.isEmpty() || newest.size() < needed.size() ? null : new CompleteUntil(newest);
    }
}
