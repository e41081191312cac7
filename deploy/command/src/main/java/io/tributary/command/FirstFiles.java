package io.tributary.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** SQL files to begin with: a count and a join along a foreign key, or else a selection of one table's columns. */
final class FirstFiles {

    private FirstFiles() {}

    /** The texts by the names of what they make. */
    static Map<String, String> of(Chosen chosen, List<ForeignKey> foreignKeys) {
        Map<String, String> files = new LinkedHashMap<>();
        for (ForeignKey key : foreignKeys) {
            if (chosen.names().containsKey(key.child()) && chosen.names().containsKey(key.parent())) {
                String child = chosen.name(key.child());
                String parent = chosen.name(key.parent());
                add(files, chosen, child + "_per_" + parent, count(key, child, parent));
                add(files, chosen, child + "_with_" + parent, join(key, child, parent));
                return files;
            }
        }
        FoundTable table = chosen.names().keySet().iterator().next();
        add(files, chosen, "first_" + chosen.name(table), selection(table, chosen.name(table)));
        return files;
    }

    private static void add(Map<String, String> files, Chosen chosen, String name, String text) {
        if (chosen.names().values().stream().noneMatch(name::equalsIgnoreCase)) {
            files.put(name, text);
        }
    }

    private static String count(ForeignKey key, String child, String parent) {
        String id = FoundTable.quoted(key.parent().key().get(0));
        return """
                -- How many rows of %1$s does each row of %2$s have?
                -- key: %3$s
                SELECT
                    p.%4$s,
                    COUNT(c.%5$s) AS `rows_of_%1$s`
                FROM `%2$s` AS p
                LEFT JOIN `%1$s` AS c ON c.%6$s = p.%4$s
                GROUP BY p.%4$s
                """.formatted(
                        child,
                        parent,
                        key.parent().key().get(0),
                        id,
                        FoundTable.quoted(key.child().key().get(0)),
                        FoundTable.quoted(key.column()));
    }

    private static String join(ForeignKey key, String child, String parent) {
        String parents = key.parent().columns().stream()
                .filter(column -> !key.parent().key().contains(column))
                .map(column -> "    p." + FoundTable.quoted(column) + " AS " + FoundTable.quoted(parent + "_" + column))
                .filter(column -> key.child().columns().stream().noneMatch(other -> column.endsWith("`" + other + "`")))
                .collect(Collectors.joining(",\n"));
        return """
                -- What does each row of %1$s look like beside its row of %2$s?
                -- key: %3$s
                SELECT
                    %4$s%5$s
                FROM `%1$s` AS c
                LEFT JOIN `%2$s` AS p ON p.%6$s = c.%7$s
                """.formatted(
                        child,
                        parent,
                        String.join(", ", key.child().key()),
                        key.child().selected("c."),
                        parents.isEmpty() ? "" : ",\n" + parents,
                        FoundTable.quoted(key.parent().key().get(0)),
                        FoundTable.quoted(key.column()));
    }

    private static String selection(FoundTable table, String name) {
        return """
                -- What is in %1$s? Leave columns out, and compute others.
                -- key: %2$s
                SELECT
                    %3$s
                FROM `%1$s`
                """.formatted(name, String.join(", ", table.key()), table.selected(""));
    }
}
