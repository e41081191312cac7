package io.tributary.command;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables that a pipeline begins with.
 *
 * @param names what they are called in the pipeline
 * @param entries of {@code postgres.tables}
 */
record Chosen(Map<FoundTable, String> names, List<String> entries) {

    /**
     * Fails with all that is wrong about the tables that are wanted.
     *
     * @param wanted with their schemas or without them; null for all that can be followed
     */
    static Chosen of(DatabaseLook look, @Nullable List<String> wanted, PrintWriter out) {
        Problems problems = new Problems();
        List<FoundTable> tables = new ArrayList<>();
        if (wanted == null) {
            for (FoundTable table : look.tables()) {
                String hindrance = hindrance(table);
                if (hindrance == null) {
                    tables.add(table);
                } else {
                    out.println("Left out: " + hindrance);
                }
            }
            if (tables.isEmpty()) {
                problems.add("The database shows no table with a primary key to this user: create one, or let the user"
                        + " use its schema (GRANT USAGE ON SCHEMA .. TO ..)");
            }
        } else {
            wanted.forEach(name -> add(name.strip(), look.tables(), tables, problems));
        }
        problems.throwIfAny();
        return named(tables);
    }

    private static void add(String name, List<FoundTable> known, List<FoundTable> tables, Problems problems) {
        List<FoundTable> found = known.stream()
                .filter(table -> table.qualified().equals(name) || table.name().equals(name))
                .toList();
        if (found.isEmpty()) {
            problems.add("There is no table " + name
                    + Suggestions.near(
                            name,
                            known.stream()
                                    .map(table -> name.contains(".") ? table.qualified() : table.name())
                                    .collect(Collectors.toList())));
        } else if (found.size() > 1) {
            problems.add("There are several tables " + name + ": write "
                    + found.stream().map(FoundTable::qualified).collect(Collectors.joining(" or ")));
        } else {
            String hindrance = hindrance(found.get(0));
            if (hindrance != null) {
                problems.add(hindrance);
            } else if (!tables.contains(found.get(0))) {
                tables.add(found.get(0));
            }
        }
    }

    private static @Nullable String hindrance(FoundTable table) {
        if (table.key().isEmpty()) {
            return "table " + table.qualified() + " has no primary key: give it one; or add it to postgres.tables by"
                    + " hand, name a key in tables." + table.name() + ".key, and set its REPLICA IDENTITY to FULL";
        }
        return table.isPlain()
                ? null
                : "table " + table.qualified() + " has a name, or a column, with other characters than letters, digits"
                        + " and _: add it to postgres.tables by hand";
    }

    private static Chosen named(List<FoundTable> tables) {
        Set<String> once = new TreeSet<>();
        Set<String> twice = new TreeSet<>();
        for (FoundTable table : tables) {
            String lower = table.name().toLowerCase(Locale.ROOT);
            (once.add(lower) ? once : twice).add(lower);
        }
        Map<FoundTable, String> names = new LinkedHashMap<>();
        List<String> entries = new ArrayList<>();
        for (FoundTable table : tables) {
            String entry = table.entry(twice);
            entries.add(entry);
            names.put(table, entry.contains("=") ? entry.replaceFirst(".*=", "") : table.name());
        }
        return new Chosen(names, entries);
    }

    String name(FoundTable table) {
        return requireNonNull(names.get(table));
    }
}
