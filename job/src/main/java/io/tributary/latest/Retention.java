package io.tributary.latest;

import io.tributary.change.Audience;
import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of which tables the state keeps. A table that a query reads is kept whole; of a table that only passes
 * through, the named columns (those its targets partition by) and the omissible ones are enough, and a hash of the row. But
 * rows with columns whose types are found from data are whole: when such a type changes they are shown again.
 */
public final class Retention implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<String, Set<String>> keptColumns;
    private final Map<String, Set<String>> readers;
    private final Map<String, String> remedies;
    private final Set<String> refilled;

    private Retention(
            Map<String, Set<String>> keptColumns,
            Map<String, Set<String>> readers,
            Map<String, String> remedies,
            Set<String> refilled) {
        this.keptColumns = keptColumns;
        this.readers = readers;
        this.remedies = remedies;
        this.refilled = refilled;
    }

    /** Every row of every table, whole. */
    public static Retention whole() {
        return new Retention(Map.of(), Map.of(), Map.of(), Set.of());
    }

    /** Whole rows, but for these tables: of them only the named columns and the omissible ones. */
    public static Retention of(Map<String, Set<String>> keptColumns) {
        return new Retention(Map.copyOf(keptColumns), Map.of(), Map.of(), Set.of());
    }

    /**
     * The same, for consumers that were planned with whole rows.
     *
     * @param consumers by table, as {@link Audience} names them
     * @param remedies by table, what is to be done for a job that starts anew, so that it gets all rows: of those tables that their
     *     source does not read again for a consumer that begins to read them
     */
    public Retention readBy(Map<String, Set<String>> consumers, Map<String, String> remedies) {
        return new Retention(keptColumns, Map.copyOf(consumers), Map.copyOf(remedies), refilled);
    }

    /**
     * The same, for targets of tables that are empty and are shown all rows by their source: it does not matter which columns the state
     * has of rows that they lack.
     */
    public Retention refilling(Set<String> tables) {
        return new Retention(keptColumns, readers, remedies, Set.copyOf(tables));
    }

    /** Whether the targets of the table have nothing, and are shown all of it by its source. */
    boolean isRefilledFromNothing(String table) {
        return refilled.contains(table);
    }

    /** Who takes whole rows of the table. */
    Audience readers(String table) {
        return Audience.only(readers.getOrDefault(table, Set.of()));
    }

    /** The tables that somebody takes whole rows of. */
    Set<String> tablesRead() {
        return readers.keySet();
    }

    /** Whether the source reads the table again for a consumer that begins to read it. */
    boolean isRefilled(String table) {
        return readers.containsKey(table) && !remedies.containsKey(table);
    }

    /** What is to be done for a job that starts anew, so that it gets all rows; null if that is not known. */
    @Nullable
    String remedy(String table) {
        return remedies.get(table);
    }

    /** Indexes of the columns to keep, in rising order; null for all. */
    int @Nullable [] kept(Schema schema) {
        Set<String> names = keptColumns.get(schema.table());
        if (names == null || schema.isInferred()) {
            return null;
        }
        return java.util.stream.IntStream.range(0, schema.arity())
                .filter(i -> schema.columns().get(i).isOmissible()
                        || names.contains(schema.columns().get(i).name()))
                .toArray();
    }
}
