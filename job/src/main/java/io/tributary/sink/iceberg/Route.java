package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.Set;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * How rows of one shape reach the shape their table is written in. Where the shapes conflict there is no way for rows,
 * but there may be one for deletes, of which only the key and partition columns count.
 */
final class Route {

    private final Schema from;
    private final @Nullable Projection rows;
    private final @Nullable Projection narrowing;
    private final @Nullable Projection deletes;
    private final @Nullable String conflict;
    private final Fit rowFit;
    private final Fit deleteFit;

    private Route(
            Schema from,
            @Nullable Projection rows,
            @Nullable Projection narrowing,
            @Nullable Projection deletes,
            @Nullable String conflict,
            Schema fitted,
            Set<String> partitions) {
        this.from = from;
        this.rows = rows;
        this.narrowing = narrowing;
        this.deletes = deletes;
        this.conflict = conflict;
        this.rowFit = new Fit(fitted, column -> true);
        this.deleteFit = new Fit(
                fitted,
                column -> fitted.isKey(column)
                        || partitions.contains(fitted.columns().get(column).name()));
    }

    /**
     * A way for all rows.
     *
     * @param partitions the columns of {@code to} by which the table is partitioned
     */
    static Route open(Schema from, Schema to, Set<String> partitions) {
        Projection projection = Projection.of(from, to);
        return new Route(from, projection, null, projection, null, to, partitions);
    }

    /** A way for deletes only. {@code located} has the key and partition columns. */
    static Route deletesOnly(Schema from, Schema to, Schema located, Set<String> partitions, String conflict) {
        return new Route(
                from, null, Projection.of(from, located), Projection.of(located, to), conflict, to, partitions);
    }

    static Route closed(Schema from, String conflict) {
        return new Route(from, null, null, null, conflict, from, Set.of());
    }

    boolean isFrom(Schema schema) {
        return from.equals(schema);
    }

    boolean hasConflict() {
        return conflict != null;
    }

    /** Null if a row, or only its deletion, cannot be written. */
    @Nullable
    BinaryRowData project(BinaryRowData row, boolean deletes) {
        if (!deletes) {
            return rows == null ? null : rows.apply(row);
        }
        if (this.deletes == null) {
            return null;
        }
        return this.deletes.apply(narrowing == null ? row : narrowing.apply(row));
    }

    /** Null if what {@link #project} gave can be written, else why it cannot: there is none, or it does not fit Iceberg's types. */
    @Nullable
    String refusal(@Nullable BinaryRowData projected, boolean deletes) {
        if (projected == null) {
            return requireNonNull(conflict);
        }
        return (deletes ? deleteFit : rowFit).misfit(projected);
    }
}
