package io.tributary.command.verify;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What PostgreSQL is asked for the rows that an output ought to have. */
public final class Queries {

    private final Map<String, String> tables;
    private final Map<String, String> files;

    /**
     * @param tables the tables of PostgreSQL, as they are written there, by their names in the pipeline
     * @param files the texts of SQL files by the tables that they make
     */
    public Queries(Map<String, String> tables, Map<String, String> files) {
        this.tables = new TreeMap<>(tables);
        this.files = new TreeMap<>(files);
    }

    /** The tables of PostgreSQL that it is made of. A name that stands anywhere in a file counts as one that is read. */
    Set<String> tablesOf(String output) {
        Set<String> of = new LinkedHashSet<>(needed(output).keySet());
        of.retainAll(tables.keySet());
        of.removeAll(files.keySet());
        return of;
    }

    /** Files read each other, so each that is needed has a name in the query. */
    public String of(String output) {
        Map<String, String> needed = needed(output);
        if (needed.size() == 1 && !files.containsKey(output)) {
            return needed.getOrDefault(output, "");
        }
        StringJoiner all = new StringJoiner(",\n", "WITH RECURSIVE ", "\n");
        needed.forEach((name, select) -> all.add(SourceTable.quoted(name) + " AS (\n" + select + "\n)"));
        return all + "SELECT * FROM " + SourceTable.quoted(output);
    }

    private Map<String, String> needed(String output) {
        Map<String, String> needed = new LinkedHashMap<>();
        collect(output, needed);
        return needed;
    }

    private void collect(String name, Map<String, String> needed) {
        String file = files.get(name);
        if (needed.containsKey(name)) {
            return;
        }
        if (file == null) {
            needed.put(name, "SELECT * FROM " + tables.get(name));
            return;
        }
        needed.put(name, select(file));
        Set<String> others = new LinkedHashSet<>(tables.keySet());
        others.addAll(files.keySet());
        others.removeIf(
                other -> !Pattern.compile("(?<!\\w)" + Pattern.quote(other) + "(?!\\w)", Pattern.CASE_INSENSITIVE)
                        .matcher(file)
                        .find());
        others.forEach(other -> collect(other, needed));
    }

    /** Flink quotes names otherwise. */
    private static String select(String text) {
        return text.strip().replaceFirst(";\\s*$", "").replace('`', '"');
    }
}
