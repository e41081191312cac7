package io.tributary.latest;

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

    private Retention(Map<String, Set<String>> keptColumns) {
        this.keptColumns = keptColumns;
    }

    /** Every row of every table, whole. */
    public static Retention whole() {
        return new Retention(Map.of());
    }

    /** Whole rows, but for these tables: of them only the named columns and the omissible ones. */
    public static Retention of(Map<String, Set<String>> keptColumns) {
        return new Retention(Map.copyOf(keptColumns));
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
