package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.latest.LatestRow.Older;
import java.util.Arrays;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key after one more change, whatever the order in which its changes come and however often.
 *
 * <p>The row is that of the change with the highest position. A value that this change left out is that of the newest
 * change that has it, as long as the row was not deleted in between. So the result depends on the set of the changes
 * alone: this is a last-writer-wins register for the row, and one for each value that a change left out.
 */
final class History {

    private static final LatestRow NOTHING = LatestRow.tombstone(Position.START);

    private final RowShapes shapes;
    private final Doubts doubts;

    History(RowShapes shapes) {
        this.shapes = shapes;
        this.doubts = new Doubts(shapes);
    }

    /** {@code current} itself where the change brings nothing new. */
    LatestRow after(@Nullable LatestRow current, Change change) {
        LatestRow base = current == null ? NOTHING : current;
        int order = change.position().compareTo(base.position());
        if (order > 0) {
            return replaced(base, change);
        }
        if (order == 0 || base.older().length == 0) {
            return base;
        }
        return change.operation() == Operation.DELETE ? lateDelete(base, change) : lateRow(base, change);
    }

    /** The row as it was found once more, at the position that it has. */
    LatestRow foundAgain(LatestRow current, Change read) {
        return replaced(current, read);
    }

    private LatestRow replaced(LatestRow base, Change change) {
        LatestRow after = doubts.kept(base, newer(base, change), change);
        boolean isAhead = change.isAhead() || (change.missing().length > 0 && base.isAhead());
        return isAhead && !after.isTombstone() ? after.ahead() : after;
    }

    /** What is known after a change that could not be taken; {@code current} itself where that makes no difference. */
    @Nullable
    LatestRow doubted(@Nullable LatestRow current, Change change) {
        LatestRow base = current == null ? NOTHING : current;
        LatestRow after = doubts.after(base, change);
        return after == base ? current : after;
    }

    private LatestRow newer(LatestRow base, Change change) {
        BinaryRowData row = change.row();
        if (row == null) {
            return LatestRow.tombstone(change.position());
        }
        Schema schema = change.schema();
        int[] missing = change.missing();
        if (missing.length == 0) {
            return LatestRow.whole(change.position(), schema.fingerprint(), row, LatestRow.NOTHING_OLDER);
        }
        Older[] older = new Older[missing.length];
        if (base.isTombstone()) {
            for (int i = 0; i < missing.length; i++) {
                older[i] = doubts.value(base, change, missing[i], Older.unknown(missing[i], base.position()));
            }
            return LatestRow.whole(change.position(), schema.fingerprint(), row, older);
        }
        RowShape ofBase = shapes.of(base);
        Projection fromBefore = shapes.between(ofBase.schema(), schema);
        for (int i = 0; i < missing.length; i++) {
            int column = fromBefore.sourceOf(missing[i]);
            Older known = column < 0 || !ofBase.has(base, column)
                    ? Older.unknown(missing[i], base.position())
                    : value(base, column).at(missing[i]);
            older[i] = doubts.value(base, change, missing[i], known);
        }
        BinaryRowData source = shapes.expanded(base, change.key(), schema);
        return LatestRow.whole(
                change.position(), schema.fingerprint(), shapes.of(schema).filled(row, missing, source), older);
    }

    private static Older value(LatestRow base, int column) {
        for (Older value : base.older()) {
            if (value.column() == column) {
                return value;
            }
        }
        return Older.known(column, base.position());
    }

    /** Values from before the delete do not count: those after it have yet to come. */
    private static LatestRow lateDelete(LatestRow base, Change change) {
        Older[] older = base.older().clone();
        boolean changed = false;
        for (int i = 0; i < older.length; i++) {
            if (change.position().isAfter(older[i].position())) {
                older[i] = Older.unknown(older[i].column(), change.position());
                changed = true;
            }
        }
        return changed ? with(base, row(base), older, base.doubts()) : base;
    }

    private LatestRow lateRow(LatestRow base, Change change) {
        Schema ours = shapes.of(base).schema();
        Projection fromLate = shapes.between(change.schema(), ours);
        Older[] older = base.older().clone();
        int[] taken = new int[older.length];
        int count = 0;
        for (int i = 0; i < older.length; i++) {
            int theirs = fromLate.sourceOf(older[i].column());
            boolean carried = theirs >= 0 && Arrays.binarySearch(change.missing(), theirs) < 0;
            if (carried && change.position().isAfter(older[i].position())) {
                older[i] = Older.known(older[i].column(), change.position());
                taken[count++] = older[i].column();
            }
        }
        if (count == 0) {
            return base;
        }
        BinaryRowData late = change.row();
        if (late == null) {
            throw new IllegalStateException(change + " has no row");
        }
        BinaryRowData source = fromLate.apply(late);
        int[] columns = Arrays.copyOf(taken, count);
        return with(
                base,
                shapes.of(base).filled(row(base), columns, source),
                older,
                Doubts.without(base.doubts(), columns, change.position()));
    }

    private static LatestRow with(LatestRow base, BinaryRowData row, Older[] older, Older[] doubts) {
        return LatestRow.whole(base.position(), base.fingerprint(), row, older).doubts(base.fingerprint(), doubts);
    }

    private static BinaryRowData row(LatestRow base) {
        BinaryRowData row = base.row();
        if (row == null || !base.isWhole()) {
            throw new IllegalStateException("A row with older values is kept whole");
        }
        return row;
    }
}
