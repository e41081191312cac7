package io.tributary.sample;

import io.tributary.change.Column;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A table of which there are sample rows: its shape, and which of its columns are never NULL. */
final class SampleTable {

    private final Schema shape;
    private final Set<String> neverNull;

    private SampleTable(Schema shape, Set<String> neverNull) {
        this.shape = shape;
        this.neverNull = neverNull;
    }

    /** @param neverNull names of columns, beside those of the key */
    static SampleTable of(Schema shape, Set<String> neverNull) {
        Set<String> names = new TreeSet<>(neverNull);
        names.addAll(shape.keyNames());
        return new SampleTable(shape, names);
    }

    String name() {
        return shape.table();
    }

    Schema shape() {
        return shape;
    }

    /** Those of the key are. */
    boolean isNeverNull(String column) {
        return neverNull.contains(column);
    }

    Set<String> columns() {
        return shape.columns().stream().map(Column::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** As the planner is told. */
    RequiredColumns required() {
        return RequiredColumns.of(neverNull, 0, 0);
    }
}
