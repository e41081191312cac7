package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Columns of a table that get other names all at once, one after the other, as the warehouse can: chains and circles included. */
final class Renames {

    private final String table;
    private final Set<String> standing;
    private final Map<String, String> left = new LinkedHashMap<>();
    private final List<String> statements = new ArrayList<>();

    private Renames(String table, Set<String> standing, Map<String, String> renamed) {
        this.table = table;
        this.standing = new LinkedHashSet<>(standing);
        renamed.forEach((from, to) -> {
            if (standing.contains(from)) {
                left.put(from, to);
            }
        });
        for (String to : left.values()) {
            if (standing.contains(to) && !left.containsKey(to)) {
                throw new IllegalStateException("Column " + to + " of " + table + " is in the way of another");
            }
        }
    }

    /**
     * Fails if a new name is that of a column that keeps its own.
     *
     * @param table qualified and quoted
     * @param standing the names of its columns
     * @param renamed the new names of those that get one; others that are not there count for nothing
     */
    static List<String> statements(String table, Set<String> standing, Map<String, String> renamed) {
        Renames renames = new Renames(table, standing, renamed);
        renames.run();
        return renames.statements;
    }

    /** The columns by their new names. */
    static Map<String, String> applied(Map<String, String> existing, Map<String, String> renamed) {
        Map<String, String> after = new LinkedHashMap<>();
        existing.forEach((name, type) -> after.put(renamed.getOrDefault(name, name), type));
        return after;
    }

    private void run() {
        while (!left.isEmpty()) {
            String free = left.keySet().stream()
                    .filter(from -> !standing.contains(left.get(from)))
                    .findFirst()
                    .orElse(null);
            if (free != null) {
                rename(free, String.valueOf(left.remove(free)));
                continue;
            }
            String from = left.keySet().iterator().next();
            String to = String.valueOf(left.remove(from));
            String between = unused();
            rename(from, between);
            left.put(between, to);
        }
    }

    private void rename(String from, String to) {
        standing.remove(from);
        standing.add(to);
        statements.add("ALTER TABLE " + table + " RENAME COLUMN " + WarehouseNames.quote(from) + " TO "
                + WarehouseNames.quote(to));
    }

    private String unused() {
        String unused = "_between";
        for (int i = 1; standing.contains(unused) || left.containsValue(unused); i++) {
            unused = "_between_" + i;
        }
        return unused;
    }
}
