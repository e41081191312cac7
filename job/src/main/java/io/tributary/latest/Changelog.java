package io.tributary.latest;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** What is shown of a key whose row was one and is another: nothing if they are the same. */
final class Changelog {

    /** A table that had no rows before has none in Iceberg that the state was not told of: what an attempt wrote that failed is gone. */
    private static final Audience NOT_ICEBERG = Audience.EVERYBODY.without(Audience.only(Audience.PASS_THROUGH));

    private final RowShapes shapes;
    private final HashedTables hashed;
    private final FilledTables filledTables;
    private final ChangeMetrics.Registry metrics;
    /** Schemas of which a row was shown in place of one of another relation. */
    private final Set<Long> introduced = new HashSet<>();

    Changelog(RowShapes shapes, HashedTables hashed, FilledTables filledTables, ChangeMetrics.Registry metrics) {
        this.filledTables = filledTables;
        this.shapes = shapes;
        this.hashed = hashed;
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
            Audience lacking = hashed.lacking(before, change.schema());
            if (!lacking.isNobody()) {
                out.collect(entry(RowKind.INSERT, shape, after, change, rowOf(after))
                        .to(lacking));
            }
            boolean isOther = before.isAhead() || !isSame(before, after, change);
            Audience others = (isOther ? Audience.EVERYBODY : change.again()).without(lacking);
            if (!others.isNobody()) {
                emitPair(before, after, change, others, out);
            } else if (lacking.isNobody()) {
                metrics.of(change.schema()).noOps.inc();
            }
            return;
        }
        if (before != null && was) {
            RowShape shape = shapes.shown(before);
            BinaryRowData old = shapes.expanded(before, change.key(), shape.schema());
            Audience lacking = hashed.lacking(before, change.schema());
            out.collect(entry(RowKind.DELETE, shape, after, change, old).to(Audience.EVERYBODY.without(lacking)));
            return;
        }
        if (mayExist && after.isTombstone()) {
            RowShape shape = shapes.of(change.schema());
            out.collect(entry(RowKind.DELETE, shape, after, change, shape.keyOnly(change.key()))
                    .blindly()
                    .to(filledTables.contains(change.schema()) ? Audience.EVERYBODY : NOT_ICEBERG));
        }
    }

    /** Of two rows that are visible. */
    void emitPair(LatestRow before, LatestRow after, Change change, Audience audience, Collector<ChangelogRow> out) {
        // In the shape it was sent in: a column that went since would be missing from the retraction.
        RowShape ofOld = shapes.shown(before);
        RowShape ofNew = shapes.of(after);
        BinaryRowData old = shapes.expanded(before, change.key(), ofOld.schema());
        // Two rows, if they are known by keys of other columns that only happen to have the same values.
        boolean isUpdate = isOfKey(ofOld.schema(), ofNew.schema());
        out.collect(entry(isUpdate ? RowKind.UPDATE_BEFORE : RowKind.DELETE, ofOld, after, change, old)
                .to(audience));
        out.collect(entry(isUpdate ? RowKind.UPDATE_AFTER : RowKind.INSERT, ofNew, after, change, rowOf(after))
                .to(audience));
    }

    private static ChangelogRow entry(RowKind kind, RowShape shape, LatestRow after, Change change, BinaryRowData row) {
        if (change.operation() == Operation.READ) {
            return ChangelogRow.ofSnapshot(kind, shape.schema(), after.position(), change.timestamp(), row);
        }
        ChangelogRow entry = ChangelogRow.of(kind, shape.schema(), after.position(), change.timestamp(), row);
        return change.isExpiry() ? entry.expired() : entry;
    }

    private static boolean isOfKey(Schema before, Schema after) {
        return before.fingerprint() == after.fingerprint() || after.relation() == 0 || before.hasKeyOf(after);
    }

    private boolean isSame(LatestRow before, LatestRow after, Change change) {
        if (before.fingerprint() == after.fingerprint()) {
            return before.isWhole() ? rowOf(before).equals(rowOf(after)) : before.hash() == RowHash.of(rowOf(after));
        }
        Schema own = shapes.of(before).schema();
        Schema now = shapes.of(after).schema();
        if (!isOfKey(own, now)) {
            return false;
        }
        if (change.operation() == Operation.READ && own.relation() != 0 && now.relation() != 0) {
            return isFoundSame(before, after, change.key())
                    && (own.isOfSameRelation(now) || (!shapes.isAnyBack(own, now) && isIntroduced(own, now)));
        }
        return before.isWhole()
                && shapes.between(own, now).keepsAllColumns()
                && shapes.expanded(before, change.key(), now).equals(rowOf(after))
                && own.spelledAs(now).equals(own);
    }

    /**
     * Whether targets know which columns another relation has: where a table is another one now, the first row is shown to them,
     * however like the one before. They match its columns by their names then, and by their numbers later, whatever they are
     * called by then: so no row is the same that was found under other names than the first.
     */
    private boolean isIntroduced(Schema own, Schema now) {
        return now.isNamedAs(shapes.firstOfRelation(now, own.revision())) && !introduced.add(now.fingerprint());
    }

    /**
     * Whether a row that was found again is as it was, although the table's columns have changed since: then what they are called
     * does not count, nor what was dropped, for targets keep that. Of another relation, they are those that are called the same.
     */
    private boolean isFoundSame(LatestRow before, LatestRow after, BinaryRowData key) {
        Schema own = shapes.of(before).schema();
        Schema now = shapes.of(after).schema();
        if (before.isWhole()) {
            Projection forth = shapes.between(own, now);
            for (int column = 0; column < now.arity(); column++) {
                if (forth.sourceOf(column) < 0 && own.indexOf(now.columns().get(column), now) >= 0) {
                    return false;
                }
            }
            return shapes.expanded(before, key, now).equals(rowOf(after));
        }
        // Of the row there is a hash alone, so what was found is written as it would have been then.
        Projection back = shapes.between(now, own);
        BinaryRowData found = rowOf(after);
        for (int column = 0; column < own.arity(); column++) {
            if (back.sourceOf(column) < 0) {
                return false;
            }
        }
        for (int column = 0; column < now.arity(); column++) {
            boolean isNew = own.indexOf(now.columns().get(column), now) < 0;
            if (isNew && !found.isNullAt(column)) {
                return false;
            }
        }
        return before.hash() == RowHash.of(back.apply(found));
    }

    private static BinaryRowData rowOf(LatestRow latest) {
        BinaryRowData row = latest.row();
        if (row == null || !latest.isWhole()) {
            throw new IllegalStateException("A row that was just made is whole");
        }
        return row;
    }
}
