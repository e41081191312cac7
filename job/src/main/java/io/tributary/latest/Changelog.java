package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Operation;
import io.tributary.change.Schema;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** What is shown of a key whose row was one and is another: nothing if they are the same. */
final class Changelog {

    private final RowShapes shapes;
    private final ChangeMetrics.Registry metrics;

    Changelog(RowShapes shapes, ChangeMetrics.Registry metrics) {
        this.shapes = shapes;
        this.metrics = metrics;
    }

    /** {@code mayExist} if the targets may hold a row of which nobody was shown anything. */
    void emit(
            @Nullable LatestRow before, LatestRow after, Change change, boolean mayExist, Collector<ChangelogRow> out) {
        boolean was = before != null && before.isVisible();
        if (after.isVisible()) {
            RowShape shape = shapes.of(after);
            if (before == null || !was) {
                if (!mayExist) {
                    out.collect(entry(RowKind.INSERT, shape, after, change, rowOf(after)));
                    return;
                }
                BinaryRowData keyOnly = shape.keyOnly(change.key());
                out.collect(entry(RowKind.UPDATE_BEFORE, shape, after, change, keyOnly)
                        .blindly());
                out.collect(entry(RowKind.UPDATE_AFTER, shape, after, change, rowOf(after))
                        .blindly());
                return;
            }
            if (isSame(before, after, change.key())) {
                metrics.of(change.schema()).noOps.inc();
                return;
            }
            emitPair(before, after, change, out);
            return;
        }
        if (before != null && was) {
            RowShape shape = shapes.shown(before);
            BinaryRowData old = shapes.expanded(before, change.key(), shape.schema());
            out.collect(entry(RowKind.DELETE, shape, after, change, old));
            return;
        }
        if (mayExist && after.isTombstone()) {
            RowShape shape = shapes.of(change.schema());
            out.collect(entry(RowKind.DELETE, shape, after, change, shape.keyOnly(change.key()))
                    .blindly());
        }
    }

    /** Of two rows that are visible. */
    void emitPair(LatestRow before, LatestRow after, Change change, Collector<ChangelogRow> out) {
        // In the shape it was sent in: a column that went since would be missing from the retraction.
        RowShape ofOld = shapes.shown(before);
        BinaryRowData old = shapes.expanded(before, change.key(), ofOld.schema());
        out.collect(entry(RowKind.UPDATE_BEFORE, ofOld, after, change, old));
        out.collect(entry(RowKind.UPDATE_AFTER, shapes.of(after), after, change, rowOf(after)));
    }

    private static ChangelogRow entry(RowKind kind, RowShape shape, LatestRow after, Change change, BinaryRowData row) {
        if (change.operation() == Operation.READ) {
            return ChangelogRow.ofSnapshot(kind, shape.schema(), after.position(), change.timestamp(), row);
        }
        ChangelogRow entry = ChangelogRow.of(kind, shape.schema(), after.position(), change.timestamp(), row);
        return change.isExpiry() ? entry.expired() : entry;
    }

    private boolean isSame(LatestRow before, LatestRow after, BinaryRowData key) {
        if (before.isWhole()) {
            Schema own = shapes.of(before).schema();
            Schema schema = shapes.of(after).schema();
            return shapes.between(own, schema).keepsAllColumns()
                    && shapes.expanded(before, key, schema).equals(rowOf(after))
                    && (before.fingerprint() == after.fingerprint()
                            || own.spelledAs(schema).equals(own));
        }
        return before.fingerprint() == after.fingerprint() && before.hash() == RowHash.of(rowOf(after));
    }

    private static BinaryRowData rowOf(LatestRow latest) {
        BinaryRowData row = latest.row();
        if (row == null || !latest.isWhole()) {
            throw new IllegalStateException("A row that was just made is whole");
        }
        return row;
    }
}
