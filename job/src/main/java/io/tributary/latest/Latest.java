package io.tributary.latest;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Placing;
import io.tributary.change.Rejected;
import io.tributary.change.RowPlaces;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import io.tributary.fill.Filler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the newest row of every key and turns changes, in whatever order and however often they come, into an exact
 * changelog.
 *
 * <p>Its first input is keyed by {@link TableKey}; its second brings what is of a whole table to every subtask. A
 * truncation is a delete of every key at its position: keys that are in state are deleted at once, and what comes later but
 * is older is dropped. While a snapshot of a table is read, none of its tombstones and waiting rows is given up. When the
 * type of a column that was found from data becomes one that targets replace the column for, every row with a value there is
 * shown again; from then on rows leave in a shape that holds all that came.
 */
public final class Latest extends KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** Changes that leave out values which no earlier row has, whose key is not of the type it was, or with a column too many. */
    public static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    /** The position of each table's newest truncation, in hexadecimal digits, by {@link Schema#tableId()}. */
    public static final MapStateDescriptor<Long, String> TRUNCATIONS =
            new MapStateDescriptor<>("truncations", Types.LONG, Types.STRING);

    /** What is known of each table's snapshots, by {@link Schema#tableId()}. */
    public static final MapStateDescriptor<Long, Tuple2<String, Long>> SNAPSHOTS = Snapshots.STATE;

    /** Up to where each table was read whose keys the targets had, by {@link Schema#tableId()}. */
    public static final MapStateDescriptor<Long, String> SWEPT = HeldKeys.SWEPT;

    /** The types that columns of each table were announced to have, by {@link Schema#tableId()}. */
    public static final MapStateDescriptor<Long, Schema> RETYPED = Retyping.STATE;

    static final ValueStateDescriptor<LatestRow> ROW =
            new ValueStateDescriptor<>("latest", LatestRowSerializer.INSTANCE);

    private final LatestSettings settings;
    private final Retention retention;
    private final FilledTables filledTables;
    private final ArrayList<Schema> declared;
    private final TreeMap<String, Long> columnRules;
    private final RemovedTables removedTables;
    private final Consumers consumers;
    private Remade remade = Remade.none();
    private boolean isPlacing;

    private transient @Nullable Filler filler;
    private transient @Nullable Taking taking;
    private transient ValueState<LatestRow> row;
    private transient KnownTables known;
    private transient RowShapes shapes;
    private transient Waiting waiting;
    private transient @Nullable KeyFilter keys;
    private transient History history;
    private transient Retyping retyping;
    private transient ChangeMetrics.Registry metrics;
    private transient Changelog changelog;
    private transient HeldKeys heldKeys;
    private transient WholeTable table;
    private transient Removal removal;
    private transient DeadLetters deadLetters;

    public Latest(LatestSettings settings, Retention retention, FilledTables filledTables) {
        this(settings, retention, filledTables, List.of());
    }

    /** @param consumers who have to be shown all rows of the tables that they read, if they were not */
    public Latest(
            LatestSettings settings, Retention retention, FilledTables filledTables, Collection<Consumer> consumers) {
        this(settings, retention, filledTables, List.of(), Map.of(), RemovedTables.none(), Consumers.of(consumers));
    }

    /**
     * @param declared tables whose columns people declared: a state that has other types of these is refused
     * @param columnRules by table, what tells apart the ways in which its columns are left out or hashed: a state whose rows came in
     *     another way is refused
     */
    @SuppressWarnings("NullAway.Init")
    public Latest(
            LatestSettings settings,
            Retention retention,
            FilledTables filledTables,
            Collection<Schema> declared,
            Map<String, Long> columnRules,
            RemovedTables removedTables,
            Consumers consumers) {
        this.settings = settings;
        this.retention = retention;
        this.filledTables = filledTables;
        this.declared = new ArrayList<>(declared);
        this.columnRules = new TreeMap<>(columnRules);
        this.removedTables = removedTables;
        this.consumers = consumers;
    }

    /** A state of before this was kept is one of a job in which every table that passes through has always done so. */
    static boolean isAssumedFilled(String consumer) {
        return consumer.equals(Audience.PASS_THROUGH) || consumer.equals(Audience.KINESIS);
    }

    /** With tables whose targets are made anew. */
    public Latest remaking(Remade tables) {
        remade = tables;
        return this;
    }

    /** Whether the places of rows in Iceberg are kept. */
    public Latest placing(boolean isWanted) {
        isPlacing = isWanted;
        return this;
    }

    /** Follows where Iceberg has the rows whose entries are handed on. */
    Placing placing(Collector<ChangelogRow> out) {
        return new Placing(isPlacing, out);
    }

    /** In which rows of the schema's table leave by now. */
    Schema shape(Schema schema) {
        return schema.isInferred() ? shapes.widest(schema).schema() : schema;
    }

    Remade remade() {
        return remade;
    }

    Collection<Consumer> consumers() {
        return consumers.known();
    }

    /** Those who came since the start. */
    Collection<Consumer> found() {
        return consumers.found(known.names());
    }

    /** Whether there was nothing in its state. */
    boolean isNew() {
        return known.isNew();
    }

    /** To be called when the operator that runs it has been opened, if anybody is told how far changes were taken. */
    void taking(Taking newTaking) {
        taking = newTaking;
    }

    /** To be called when the operator that runs it has been opened. */
    void fill(Filler newFiller) {
        filler = newFiller;
    }

    /** The row of the current key as targets have it, whole; null if there is none. */
    @Nullable
    ChangelogRow row(TableKey key, long time) throws IOException {
        LatestRow current = row.value();
        if (current == null || !current.isVisible() || !current.isWhole()) {
            return null;
        }
        RowShape shape = shapes.shown(current);
        BinaryRowData whole = shapes.expanded(current, key.key(), shape.schema());
        return ChangelogRow.of(RowKind.INSERT, shape.schema(), current.position(), time, whole);
    }

    /** Where Iceberg has the row of the current key. */
    RowPlaces places() throws IOException {
        LatestRow current = row.value();
        return current == null ? RowPlaces.NONE : current.places();
    }

    /** Iceberg has the row of the current key there by now. */
    void placed(RowPlaces places) throws IOException {
        LatestRow current = row.value();
        if (current != null && !current.places().equals(places)) {
            row.update(current.at(places));
        }
    }

    /** Whether all rows of the table that can be shown are in the state, and whole. */
    boolean isWhole(long table) {
        return known.isWhole(table);
    }

    private Collector<ChangelogRow> limited(TableKey key, Collector<ChangelogRow> out) throws Exception {
        return filler == null ? out : filler.limited(key, out);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        known = KnownTables.restore(context, settings, retention, columnRules, filledTables, removedTables);
        known.check(declared);
        if (known.isNew()) {
            known.unread().begin(consumers.awaited());
        }
        shapes = known.shapes();
        keys = context.isRestored() ? null : new KeyFilter();
        history = new History(shapes);
        retyping = new Retyping(shapes);
        waiting = new Waiting(settings);
    }

    @Override
    @SuppressWarnings("NullAway.Init")
    public void open(Configuration parameters) {
        row = getRuntimeContext().getState(ROW);
        metrics = new ChangeMetrics.Registry(getRuntimeContext().getMetricGroup());
        changelog = new Changelog(shapes, known.hashed(), filledTables, metrics);
        heldKeys = new HeldKeys(filledTables, changelog);
        table = new WholeTable(
                ROW,
                shapes,
                history,
                retyping,
                changelog,
                known.hashed(),
                known.unread(),
                metrics,
                heldKeys,
                this::limited,
                this::placing);
        removal = new Removal(
                ROW,
                shapes,
                changelog,
                removedTables,
                filledTables,
                known.rules(),
                settings.onRemovedTable(),
                this::placing);
        deadLetters = new DeadLetters(shapes);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        known.snapshot(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
    }

    @Override
    public void processElement(Change arrived, ReadOnlyContext context, Collector<ChangelogRow> out) throws Exception {
        if (arrived.operation() == Operation.HELD) {
            held(arrived, context, out);
            return;
        }
        if (taking != null) {
            taking.take(arrived);
        }
        ChangeMetrics counts = metrics.of(arrived.schema());
        counts.changesIn.inc();
        String refusal = shapes.refusal(arrived.schema());
        if (refusal != null) {
            counts.rejected.inc();
            context.output(REJECTED, deadLetters.refused(refusal, arrived, context.currentProcessingTime()));
            return;
        }
        boolean isInferred = arrived.schema().isInferred();
        Change change = isInferred ? shapes.widened(arrived) : arrived;
        Schema schema = change.schema();
        RowShape shape = shapes.of(schema);
        LatestRow stored = stored(context);
        LatestRow before =
                stored == null ? WholeTable.truncated(context.getBroadcastState(TRUNCATIONS), schema) : stored;
        if (change.operation() == Operation.UNREADABLE) {
            doubt(before, change, shape, context.getCurrentKey());
            return;
        }
        LatestRow after = before != null && isOwed(before, change)
                ? history.foundAgain(before, change)
                : history.after(before, change);
        if (after == before) {
            counts.droppedAsOld.inc();
            return;
        }
        if (isTooLarge(change)) {
            counts.rejected.inc();
            context.output(
                    REJECTED, deadLetters.tooLarge(change, settings.maxRowSize(), context.currentProcessingTime()));
            doubt(before, change, shape, context.getCurrentKey());
            return;
        }
        String misplaced = isInferred ? shapes.admitted(arrived.schema()).refusal(arrived) : null;
        if (misplaced != null) {
            counts.rejected.inc();
            context.output(REJECTED, deadLetters.refused(misplaced, arrived, context.currentProcessingTime()));
            doubt(before, change, shape, context.getCurrentKey());
            return;
        }
        if (lacksValueOfVisibleRow(before, after, change)) {
            counts.rejected.inc();
            context.output(REJECTED, deadLetters.incomplete(after, change.key(), context.currentProcessingTime()));
            doubt(before, change, shape, context.getCurrentKey());
            return;
        }
        Placing placing = placing(out);
        Collector<ChangelogRow> limited = limited(context.getCurrentKey(), placing);
        placing.from(places(before));
        if (isInferred && isLost(before, after, change, context.getBroadcastState(RETYPED))) {
            changelog.emitPair(requireNonNull(before), after, change, Audience.EVERYBODY, limited);
        } else {
            changelog.emit(before, after, change, mayExist(stored, after, schema), limited);
        }
        if (stored == null && filler != null) {
            filler.born(context.getCurrentKey());
        }
        LatestRow next = waiting.timed(before, after, context.timerService());
        boolean isToBeShown = filler != null && filler.isFilling(schema.tableId());
        row.update((isToBeShown ? next : shape.stored(next)).at(placing.places()));
    }

    /** To be called when new consumers have been shown the key, if they are to be: its place is another one then. */
    private RowPlaces places(@Nullable LatestRow before) throws IOException {
        if (before == null) {
            return RowPlaces.NONE;
        }
        return filler != null && filler.isActive() ? places() : before.places();
    }

    /** Where nothing is written into the log between two readings of a table, both have a row at one position. */
    private boolean isOwed(LatestRow before, Change change) {
        return before.isVisible()
                && change.operation() == Operation.READ
                && change.position().equals(before.position())
                && (!change.again().isNobody()
                        || !known.hashed().lacking(before, change.schema()).isNobody());
    }

    private void held(Change held, ReadOnlyContext context, Collector<ChangelogRow> out) throws Exception {
        LatestRow after = heldKeys.held(stored(context), held, context, out);
        if (after != null) {
            shapes.of(held.schema());
            row.update(after);
        }
    }

    private @Nullable LatestRow stored(ReadOnlyContext context) throws IOException {
        boolean isNew = keys != null && !keys.mayBeKnown(context.getCurrentKey().hashCode());
        return isNew ? null : row.value();
    }

    /** Before the row gets into the state, and is copied by the sinks. */
    private boolean isTooLarge(Change change) {
        BinaryRowData arrived = change.row();
        return arrived != null
                && arrived.getSizeInBytes() > settings.maxRowSize().getBytes();
    }

    /** Downstream keeps the row as it was, rather than lose it; later changes are not completed from it. */
    private void doubt(@Nullable LatestRow before, Change change, RowShape shape, TableKey key) throws IOException {
        LatestRow after = history.doubted(heldKeys.assumed(before, change), change);
        if (after != null && after != before) {
            if (filler != null && row.value() == null) {
                filler.born(key);
            }
            row.update(shape.stored(after).at(before == null ? RowPlaces.NONE : before.places()));
        }
    }

    /**
     * Whether the targets may hold a row that this state never showed them: they were filled before, or an attempt that
     * failed shipped the row to a target that takes nothing back and is only to be told of its deletion.
     */
    private boolean mayExist(@Nullable LatestRow stored, LatestRow after, Schema schema) {
        boolean isUnheardOf = stored == null || stored.isUnheardOf();
        boolean wasNeverShown = stored != null && stored.isIncomplete();
        if ((isUnheardOf || wasNeverShown) && after.isTombstone()) {
            return true;
        }
        boolean knownToBeGone = stored != null && !isUnheardOf && stored.isTombstone();
        return !knownToBeGone && filledTables.contains(schema);
    }

    /** Then nothing waits: the value may never come, and the row would be missing downstream. */
    private static boolean lacksValueOfVisibleRow(@Nullable LatestRow before, LatestRow after, Change change) {
        return before != null && before.isVisible() && after.isIncomplete() && change.operation() != Operation.DELETE;
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ChangelogRow> out) throws Exception {
        LatestRow current = row.value();
        if (current == null || current.due() != timestamp) {
            return;
        }
        TableKey key = context.getCurrentKey();
        long due = waiting.due(
                current, key.table(), timestamp, context.getBroadcastState(SNAPSHOTS), context.timerService());
        if (due > timestamp) {
            row.update(current.due(due));
            return;
        }
        if (current.isTombstone()) {
            row.clear();
            return;
        }
        metrics.of(shapes.of(current).schema()).rejected.inc();
        context.output(REJECTED, deadLetters.incomplete(current, key.key(), timestamp));
        row.update(current.due(0));
    }

    @Override
    public void processBroadcastElement(Change change, Context context, Collector<ChangelogRow> out) throws Exception {
        if (change.operation() == Operation.STARTED) {
            removal.settle(change.timestamp(), context, out);
            return;
        }
        table.process(change, context, out);
        if (filler != null && change.operation() == Operation.RESYNCED) {
            filler.tell();
        }
    }

    /** Whether both are visible and the targets lost a value of the row, so that it is to be shown although nothing changed. */
    private boolean isLost(
            @Nullable LatestRow before, LatestRow after, Change change, ReadOnlyBroadcastState<Long, Schema> retyped)
            throws Exception {
        return before != null
                && before.isVisible()
                && after.isVisible()
                && retyping.concerns(
                        before, change.key(), Retyping.announced(retyped, change.schema()), shapes.of(after));
    }
}
