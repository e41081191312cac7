package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Placing;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * What is of a whole table: truncations, the begins and ends of its snapshots, the ends of its resyncs, and other types of its
 * columns.
 *
 * <p>Every subtask is told all of it, and goes over those keys of the table that are its own. Keys that come later find it in
 * broadcast state, which is the same in all subtasks.
 */
final class WholeTable {

    /** Where the changes of a key go to. */
    interface Limits {
        Collector<ChangelogRow> of(TableKey key, Collector<ChangelogRow> out) throws Exception;
    }

    /** Where the entries of keys go to by which Iceberg's places are followed. */
    interface Placings {
        Placing of(Collector<ChangelogRow> out);
    }

    private final ValueStateDescriptor<LatestRow> rows;
    private final RowShapes shapes;
    private final History history;
    private final Retyping retyping;
    private final Changelog changelog;
    private final HashedTables hashed;
    private final UnreadTables unread;
    private final ChangeMetrics.Registry metrics;
    private final Limits limits;
    private final HeldKeys heldKeys;
    private final Placings placings;

    WholeTable(
            ValueStateDescriptor<LatestRow> rows,
            RowShapes shapes,
            History history,
            Retyping retyping,
            Changelog changelog,
            HashedTables hashed,
            UnreadTables unread,
            ChangeMetrics.Registry metrics,
            HeldKeys heldKeys,
            Limits limits,
            Placings placings) {
        this.rows = rows;
        this.shapes = shapes;
        this.history = history;
        this.retyping = retyping;
        this.changelog = changelog;
        this.hashed = hashed;
        this.unread = unread;
        this.metrics = metrics;
        this.limits = limits;
        this.heldKeys = heldKeys;
        this.placings = placings;
    }

    void process(
            Change change,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context,
            Collector<ChangelogRow> out)
            throws Exception {
        switch (change.operation()) {
            case TRUNCATE:
                truncate(change, context, out);
                return;
            case SNAPSHOT_BEGAN:
                Snapshots.began(context.getBroadcastState(Latest.SNAPSHOTS), change);
                return;
            case SNAPSHOT_ENDED:
                Snapshots.ended(context.getBroadcastState(Latest.SNAPSHOTS), change, context.currentProcessingTime());
                return;
            case RESYNCED:
                sweep(change, context, out);
                return;
            case RETYPED:
                retype(change, context, out);
                return;
            case READ:
            case INSERT:
            case UPDATE:
            case DELETE:
            case UNREADABLE:
            case HELD:
            case STARTED:
            default:
                throw new IllegalArgumentException(change + " is not of a whole table");
        }
    }

    private void retype(
            Change retyped,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context,
            Collector<ChangelogRow> out)
            throws Exception {
        // Rows whose key is not of the type it was become dead letters when they come.
        if (shapes.refusal(retyped.schema()) != null) {
            return;
        }
        Schema schema = shapes.admitted(retyped.schema()).schema();
        shapes.of(schema);
        BroadcastState<Long, Schema> state = context.getBroadcastState(Latest.RETYPED);
        Schema before = Retyping.announced(state, schema);
        if (!retyping.announce(state, schema)) {
            return;
        }
        RowShape shape = shapes.widest(schema);
        context.applyToKeyedState(rows, (key, keyed) -> {
            LatestRow latest = key.table() == schema.tableId() ? keyed.value() : null;
            if (latest == null || !latest.isVisible() || !retyping.concerns(latest, key.key(), before, shape)) {
                return;
            }
            Placing placing = placings.of(out);
            Collector<ChangelogRow> limited = limits.of(key, placing);
            BinaryRowData again = shapes.expanded(latest, key.key(), shape.schema());
            LatestRow current = keyed.value();
            placing.from(current.places());
            for (RowKind kind : List.of(RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER)) {
                limited.collect(ChangelogRow.of(kind, shape.schema(), latest.position(), retyped.timestamp(), again));
            }
            LatestRow next = current.at(placing.places());
            if (next != current) {
                keyed.update(next);
            }
        });
    }

    private void truncate(
            Change truncation,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context,
            Collector<ChangelogRow> out)
            throws Exception {
        Schema schema = truncation.schema();
        metrics.of(schema).changesIn.inc();
        BroadcastState<Long, String> truncations = context.getBroadcastState(Latest.TRUNCATIONS);
        LatestRow known = truncated(truncations, schema);
        if (known != null && !truncation.position().isAfter(known.position())) {
            return;
        }
        truncations.put(schema.tableId(), truncation.position().toHex());
        context.applyToKeyedState(rows, (key, state) -> {
            if (key.table() == schema.tableId()) {
                delete(key, state, truncation, out);
            }
        });
    }

    /** What the resync did not find is gone. Its rows, and later changes, came before. */
    private void sweep(
            Change end,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context,
            Collector<ChangelogRow> out)
            throws Exception {
        Schema schema = end.schema();
        context.applyToKeyedState(rows, (key, state) -> {
            LatestRow before = key.table() == schema.tableId() ? state.value() : null;
            if (before != null && (before.row() != null || before.isHeld()) && !before.isSeenSince(end.position())) {
                delete(key, state, end, out);
            }
        });
        if (end.isWhole()) {
            hashed.whole(schema.table());
        }
        unread.read(schema.table());
        heldKeys.swept(end, context);
    }

    private void delete(TableKey key, ValueState<LatestRow> state, Change truncation, Collector<ChangelogRow> out)
            throws Exception {
        LatestRow before = state.value();
        if (before == null) {
            return;
        }
        // The row's own, for it may have been known by another key than the table's rows are now.
        Schema schema = before.fingerprint() == 0
                ? truncation.schema()
                : shapes.of(before).schema();
        // Of what the targets had, it outranks that, even where the sources have no position in common.
        Position behind = before.isHeld()
                ? HeldKeys.newest(truncation.position(), before.heldVersion().next())
                : truncation.position();
        Change delete = Change.delete(schema, behind, truncation.timestamp(), key.key());
        LatestRow after = history.after(before, delete);
        if (after == before) {
            return;
        }
        Placing placing = placings.of(out);
        Collector<ChangelogRow> limited = limits.of(key, placing);
        placing.from(state.value().places());
        changelog.emit(before, after, delete, before.isIncomplete() || before.isHeld(), limited);
        if (after.isTombstone() && after.doubts().length == 0) {
            state.clear();
            return;
        }
        state.update(after.due(before.due()).at(placing.places()));
    }

    /** The row of every key that is older: deleted at the newest truncation. Null if the table was never truncated. */
    static @Nullable LatestRow truncated(ReadOnlyBroadcastState<Long, String> truncations, Schema schema)
            throws Exception {
        String position = truncations.get(schema.tableId());
        return position == null ? null : LatestRow.tombstone(Position.ofHex(position));
    }
}
