package io.tributary.command;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of the database that the job can follow: it has a key.
 *
 * @param rows about how many, by the server's statistics; negative if these say nothing
 */
record FoundTable(String schema, String name, List<String> key, List<String> columns, long rows) {

    /** As {@code postgres.tables} names it. */
    String qualified() {
        return schema + "." + name;
    }

    /** Its entry there: two tables of one name need names of their own in the pipeline. */
    String entry(Set<String> taken) {
        return taken.contains(name.toLowerCase(Locale.ROOT)) ? qualified() + "=" + schema + "_" + name : qualified();
    }

    /** Whether SQL and settings can name it, and all that it has, without more ado. */
    boolean isPlain() {
        return isPlain(schema) && isPlain(name) && columns.stream().allMatch(FoundTable::isPlain);
    }

    private static boolean isPlain(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*");
    }

    String selected(String alias) {
        return columns.stream().map(column -> alias + quoted(column)).collect(Collectors.joining(",\n    "));
    }

    static String quoted(String name) {
        return "`" + name + "`";
    }
}
