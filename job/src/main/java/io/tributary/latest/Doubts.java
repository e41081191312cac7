package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.latest.LatestRow.Older;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the values that a change replaced which could not be taken: it was a dead letter in the capture, or
 * lacked another value. The row stays as it was downstream, but a later change must not be completed with these values.
 *
 * <p>Only of columns that a change may leave out, for the others come with every change; and of the row as a whole, so that a
 * resync does not take it for gone.
 */
final class Doubts {

    private final RowShapes shapes;

    Doubts(RowShapes shapes) {
        this.shapes = shapes;
    }

    /** {@code base} with what the change puts in doubt, or itself. */
    LatestRow after(LatestRow base, Change change) {
        Schema schema =
                base.fingerprint() == 0 ? change.schema() : shapes.of(base).schema();
        Projection toOurs = shapes.between(change.schema(), schema);
        List<Older> doubts = new ArrayList<>(Arrays.asList(base.doubts()));
        boolean changed = false;
        Older seen = find(base.doubts(), LatestRow.OF_ROW);
        if ((base.row() != null || base.isHeld())
                && change.position().isAfter(seen == null ? base.position() : seen.position())) {
            doubts.remove(seen);
            doubts.add(Older.unknown(LatestRow.OF_ROW, change.position()));
            changed = true;
        }
        for (int column = 0; column < schema.arity(); column++) {
            if (!schema.columns().get(column).isOmissible() || leftOut(change, toOurs.sourceOf(column))) {
                continue;
            }
            Older known = find(base.doubts(), column);
            Position newest = known == null ? positionOf(base, column) : known.position();
            if (change.position().isAfter(newest)) {
                doubts.remove(known);
                doubts.add(Older.unknown(column, change.position()));
                changed = true;
            }
        }
        return changed ? base.doubts(schema.fingerprint(), doubts.toArray(Older[]::new)) : base;
    }

    /** {@code after}, which the change made of {@code base}, with those doubts of {@code base} that are newer than the change. */
    LatestRow kept(LatestRow base, LatestRow after, Change change) {
        if (base.doubts().length == 0) {
            return after;
        }
        Older[] younger = Arrays.stream(base.doubts())
                .filter(doubt -> doubt.position().isAfter(change.position()))
                .toArray(Older[]::new);
        if (after.isTombstone()) {
            return after.doubts(base.fingerprint(), younger);
        }
        Projection fromBefore = shapes.between(shapes.of(base).schema(), change.schema());
        List<Older> moved = new ArrayList<>();
        for (int i = 0; i < change.schema().arity(); i++) {
            Older doubt = find(younger, fromBefore.sourceOf(i));
            if (doubt != null) {
                moved.add(doubt.at(i));
            }
        }
        Older seen = find(younger, LatestRow.OF_ROW);
        if (seen != null) {
            moved.add(seen);
        }
        return after.doubts(after.fingerprint(), moved.toArray(Older[]::new));
    }

    /** The value that the change leaves out, in a column of its schema: as it was known, or unknown if that is in doubt. */
    Older value(LatestRow base, Change change, int column, Older known) {
        if (base.doubts().length == 0) {
            return known;
        }
        int before = shapes.between(shapes.of(base).schema(), change.schema()).sourceOf(column);
        Older doubt = find(base.doubts(), before);
        return doubt == null || doubt.position().isAfter(change.position())
                ? known
                : Older.unknown(column, doubt.position());
    }

    /** The doubts that are left when newer values came for these columns. */
    static Older[] without(Older[] doubts, int[] columns, Position position) {
        return Arrays.stream(doubts)
                .filter(doubt -> doubt.position().isAfter(position)
                        || Arrays.stream(columns).noneMatch(column -> column == doubt.column()))
                .toArray(Older[]::new);
    }

    private static boolean leftOut(Change change, int column) {
        return column >= 0 && Arrays.binarySearch(change.missing(), column) >= 0;
    }

    private static Position positionOf(LatestRow base, int column) {
        Older value = find(base.older(), column);
        return value == null ? base.position() : value.position();
    }

    private static @Nullable Older find(Older[] values, int column) {
        for (Older value : values) {
            if (value.column() == column) {
                return value;
            }
        }
        return null;
    }
}
