package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Backend;
import io.tributary.fill.Consumer;
import io.tributary.fill.Filler;
import io.tributary.fill.Filling;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateFunction;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the planner says about the rows of a file's output into an exact changelog: for each key the net effect of a
 * bundle of changes, with a version, and nothing where nothing changed.
 *
 * <p>The planner replaces rows in steps, and the steps for one key may come out of order from different subtasks. So the
 * rows of a key are kept and retracted by their content, as Flink's SinkUpsertMaterializer does. Bundles live on the heap
 * and are handed on by time, by size, and before every checkpoint, whose state hence holds no bundle.
 *
 * <p>Of a file that is new or was changed nothing is shown until its result is complete: until all that it reads were shown
 * to it. Then, before one barrier that is the same in all subtasks, the new result takes the place of the old one.
 */
final class Settle extends AbstractStreamOperator<ChangelogRow>
        implements TwoInputStreamOperator<ChangelogRow, Filled, ChangelogRow>, ProcessingTimeCallback {

    private static final long serialVersionUID = 1L;

    /** To the files that read this one. */
    static final OutputTag<Filled> FILLED = new OutputTag<>("filled", WireType.FILLED);

    /** Of keys that several rows share. */
    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    private final Schema schema;
    private final String plan;
    private final Inputs inputs;
    private final ArrayList<Consumer> readers;
    private final Target target;
    private final long interval;
    private final int most;
    private final Clock wall;

    private transient StageState stage;
    private transient List<ValueState<byte[]>> rows;
    private transient ListState<Long> lastVersion;
    private transient ListState<Boolean> doubts;
    private transient SharedKeys shared;
    private transient VersionClock clock;
    private transient Filling filling;
    private transient Filler filler;
    private transient Collector<ChangelogRow> everybody;
    private transient Map<TableKey, List<ChangelogRow>> bundle;
    private transient Output table;
    private transient int bundled;
    private transient @Nullable ScheduledFuture<?> timer;

    /**
     * @param plan what tells apart how the output is made
     * @param readers the files that read the output
     * @param target of the output, as it is when the job starts
     */
    @SuppressWarnings("NullAway.Init")
    Settle(
            Schema schema,
            String plan,
            Inputs inputs,
            List<Consumer> readers,
            Target target,
            Duration interval,
            int most,
            Clock wall) {
        this.schema = schema;
        this.plan = plan;
        this.inputs = inputs;
        this.readers = new ArrayList<>(readers);
        this.target = target;
        this.interval = interval.toMillis();
        this.most = most;
        this.wall = wall;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    /** What it is called by those who read it. */
    static String operator(String table) {
        return Audience.query(table);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        stage = StageState.restore(context.getOperatorStateStore(), plan, schema, target.isFilled());
        rows = List.of(
                context.getKeyedStateStore().getState(StageState.ROWS.get(0)),
                context.getKeyedStateStore().getState(StageState.ROWS.get(1)));
        lastVersion = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("last-version", LongSerializer.INSTANCE));
        doubts = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("doubts", BooleanSerializer.INSTANCE));
        // Earlier versions did not say.
        Boolean isAnyInDoubt = null;
        for (boolean isAny : doubts.get()) {
            isAnyInDoubt = isAny || Boolean.TRUE.equals(isAnyInDoubt);
        }
        shared = new SharedKeys(schema, isAnyInDoubt == null ? stage.shownShape() != null : isAnyInDoubt);
        long last = 0;
        for (long version : lastVersion.get()) {
            last = Math.max(last, version);
        }
        clock = new VersionClock(wall, last);
        filling = Filling.restore(
                readers,
                context.getOperatorStateStore(),
                getRuntimeContext().getTaskInfo(),
                stage.shownShape() == null,
                reader -> false);
    }

    @Override
    public void open() throws Exception {
        super.open();
        bundle = new LinkedHashMap<>();
        table = new Output(schema, getMetricGroup(), () -> stage.isMaking(), () -> stage.isSetAside());
        everybody = new Collector<ChangelogRow>() {
            @Override
            public void collect(ChangelogRow entry) {
                output.collect(new StreamRecord<>(entry));
            }

            @Override
            public void close() {}
        };
        filler = new Filler(
                operator(schema.table()),
                getRuntimeContext().getTaskInfo(),
                filling,
                backend(),
                this::showAgain,
                getProcessingTimeService(),
                mark -> output.collect(FILLED, new StreamRecord<>(mark)),
                table -> true);
        if (stage.hasLeftovers()) {
            forEach(stage.made(), (key, kept) -> kept.clear());
        }
        if (!stage.isMaking()) {
            filler.start(false);
        }
    }

    private Backend backend() {
        KeyedStateBackend<TableKey> backend = getKeyedStateBackend();
        return new Backend() {
            @Override
            public Stream<TableKey> keys() {
                return backend.getKeys(StageState.ROWS.get(stage.shown()).getName(), VoidNamespace.INSTANCE);
            }

            @Override
            public void setCurrentKey(TableKey key) {
                Settle.this.setCurrentKey(key);
            }
        };
    }

    @Override
    public void processElement1(StreamRecord<ChangelogRow> element) throws Exception {
        if (stage.isSetAside()) {
            return;
        }
        bundle.computeIfAbsent((TableKey) getCurrentKey(), first -> new ArrayList<>(2))
                .add(element.getValue());
        bundled++;
        if (bundled >= most || interval == 0) {
            flush();
            return;
        }
        if (timer == null) {
            ProcessingTimeService time = getProcessingTimeService();
            timer = time.registerTimer(time.getCurrentProcessingTime() + interval, this);
        }
    }

    @Override
    public void processElement2(StreamRecord<Filled> element) throws Exception {
        if (element.getValue().isSetAside()) {
            setAside(element.getValue());
            return;
        }
        inputs.take(element.getValue());
        if (stage.isSetAside()) {
            return;
        }
        boolean isFirst = stage.isMaking() && stage.shownShape() == null;
        if (isFirst && inputs.areFilled() && inputs.areFromTheStart()) {
            // Everything comes as changes, and nobody has anything that would have to be replaced at once.
            refuse();
            flush();
            show(stage.isFilled(), true);
        }
    }

    private void refuse() {
        if (!target.refusals().isEmpty()) {
            throw new SuppressRestartsException(
                    new IllegalStateException("A job that starts from nothing does not write table " + schema.table()
                            + " anew: " + String.join("; ", target.refusals())));
        }
    }

    private void setAside(Filled mark) {
        if (inputs.concerns(mark)) {
            stage.setAside();
            bundle.clear();
            bundled = 0;
        }
    }

    @Override
    public void onProcessingTime(long time) throws Exception {
        timer = null;
        flush();
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        flush();
        if (stage.isMaking() && inputs.areFilled() && !stage.isSetAside()) {
            show(false, false);
        } else if (isToBeWrittenAnew() && inputs.areFilled()) {
            writeAnew();
        }
        if (!stage.isMaking() && !stage.isSetAside()) {
            share();
        }
        filler.beforeBarrier();
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (filler != null) {
            filler.stop();
        }
        super.close();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        lastVersion.update(List.of(clock.last()));
        doubts.update(List.of(shared.isAny()));
        stage.snapshot();
        filling.snapshot();
    }

    private void flush() throws Exception {
        for (Map.Entry<TableKey, List<ChangelogRow>> entry : bundle.entrySet()) {
            setCurrentKey(entry.getKey());
            settle(entry.getKey(), entry.getValue());
        }
        bundle.clear();
        bundled = 0;
    }

    private void settle(TableKey key, List<ChangelogRow> changes) throws Exception {
        ValueState<byte[]> made = rows.get(stage.made());
        byte[] stored = made.value();
        KeyRows kept = KeyRows.of(schema.arity(), stored);
        BinaryRowData before = kept.current();
        for (ChangelogRow change : changes) {
            switch (change.kind()) {
                case INSERT:
                case UPDATE_AFTER:
                    kept.add(change.row());
                    break;
                case UPDATE_BEFORE:
                case DELETE:
                    if (!kept.retract(change.row())) {
                        table.unknownRetractions.inc();
                    }
                    break;
            }
        }
        if (kept.count() > 1) {
            table.ambiguousKeys.inc();
        }
        if (stage.isMaking()) {
            keep(made, stored, kept.toBytes());
            return;
        }
        // What is written anew has it all.
        Collector<ChangelogRow> out = filler.limited(key, isToBeWrittenAnew() ? toReaders() : everybody);
        if (stored == null) {
            filler.born(key);
        }
        keep(made, stored, kept.toBytes());
        shared.look(key, kept);
        emit(before, kept.current(), stage.isFilled(), out);
    }

    /** Takes away what is shown of keys that several rows share. */
    private void share() throws Exception {
        ValueState<byte[]> shown = rows.get(stage.shown());
        if (shared.isToBeSought()) {
            shared.seeking();
            forEach(stage.shown(), (key, kept) -> shared.look(key, KeyRows.of(schema.arity(), kept.value())));
        }
        int told = 0;
        for (TableKey key : shared.atBarrier()) {
            setCurrentKey(key);
            KeyRows kept = KeyRows.of(schema.arity(), shown.value());
            BinaryRowData before = kept.current();
            // Those who are being shown all rows see this one first, as it still is.
            Collector<ChangelogRow> out = filler.limited(key, isToBeWrittenAnew() ? toReaders() : everybody);
            kept.share();
            shown.update(requireNonNull(kept.toBytes()));
            emit(before, null, false, out);
            told++;
            if (told <= SharedKeys.MOST_LETTERS) {
                output.collect(REJECTED, new StreamRecord<>(shared.letter(kept, wall.millis())));
            }
        }
        if (told > SharedKeys.MOST_LETTERS) {
            Rejected others = shared.letterOfOthers(told - SharedKeys.MOST_LETTERS, wall.millis());
            output.collect(REJECTED, new StreamRecord<>(others));
        }
    }

    private static void keep(ValueState<byte[]> state, byte @Nullable [] before, byte @Nullable [] after)
            throws Exception {
        if (after == null) {
            state.clear();
        } else if (!Arrays.equals(after, before)) {
            state.update(after);
        }
    }

    private void emit(
            @Nullable BinaryRowData before,
            @Nullable BinaryRowData after,
            boolean mayExist,
            Collector<ChangelogRow> out) {
        if (before == null ? after == null : before.equals(after)) {
            return;
        }
        Position version = clock.next();
        if (after == null) {
            out.collect(entry(RowKind.DELETE, version, requireNonNull(before)));
        } else if (before != null) {
            out.collect(entry(RowKind.UPDATE_BEFORE, version, before));
            out.collect(entry(RowKind.UPDATE_AFTER, version, after));
        } else if (mayExist) {
            out.collect(
                    entry(RowKind.UPDATE_BEFORE, version, table.keyOnly(after)).blindly());
            out.collect(entry(RowKind.UPDATE_AFTER, version, after).blindly());
        } else {
            out.collect(entry(RowKind.INSERT, version, after));
        }
    }

    /** The result is complete: it takes the place of what was shown, if anything was. */
    private void show(boolean targetsMayHaveMore, boolean fromTheStart) throws Exception {
        Schema earlier = stage.shownShape();
        boolean isSameShape = earlier != null && earlier.fingerprint() == schema.fingerprint();
        boolean isOtherShape = earlier != null && !isSameShape;
        boolean isMadeAnew = isOtherShape || ((stage.isFilled() || target.writtenAnew() != null) && !fromTheStart);
        Collector<ChangelogRow> toAll = everybody;
        if (isMadeAnew) {
            // Whatever targets have, what they are given now is all.
            toAll.collect(ChangelogRow.replacement(schema, clock.since(inputs.lastTime()), wall.millis()));
        }
        ValueState<byte[]> made = rows.get(stage.made());
        ValueState<byte[]> shown = rows.get(stage.shown());
        Collector<ChangelogRow> differences = isMadeAnew ? toReaders() : toAll;
        forEach(stage.made(), (key, kept) -> {
            KeyRows now = KeyRows.of(schema.arity(), kept.value());
            shared.look(key, now);
            BinaryRowData after = now.current();
            if (isMadeAnew && after != null) {
                toAll.collect(entry(RowKind.INSERT, clock.next(), after).to(Audience.only(Audience.PASS_THROUGH)));
            }
            BinaryRowData before = KeyRows.of(schema.arity(), isSameShape ? shown.value() : null)
                    .current();
            emit(before, after, stage.isFilled() && !isMadeAnew, filler.limited(key, differences));
        });
        if (earlier != null) {
            forEach(stage.shown(), (key, kept) -> {
                BinaryRowData before = isSameShape ? current(kept) : null;
                kept.clear();
                if (made.value() == null) {
                    emit(before, null, false, filler.limited(key, differences));
                }
            });
        }
        stage.show(targetsMayHaveMore);
        if (target.writtenAnew() != null) {
            stage.writtenAnew(target.writtenAnew());
        }
        filler.start(fromTheStart);
    }

    private boolean isToBeWrittenAnew() {
        String start = target.writtenAnew();
        return start != null && !stage.isMaking() && !stage.writtenAnew().equals(start);
    }

    /** All that is shown is given to targets that have something else, or nothing. */
    private void writeAnew() throws Exception {
        everybody.collect(ChangelogRow.replacement(schema, clock.since(inputs.lastTime()), wall.millis()));
        forEach(stage.shown(), (key, kept) -> {
            BinaryRowData row = current(kept);
            if (row != null) {
                everybody.collect(entry(RowKind.INSERT, clock.next(), row).to(Audience.only(Audience.PASS_THROUGH)));
            }
        });
        stage.writtenAnew(requireNonNull(target.writtenAnew()));
    }

    private Collector<ChangelogRow> toReaders() {
        Audience targets = Audience.only(Audience.PASS_THROUGH);
        return new Collector<ChangelogRow>() {
            @Override
            public void collect(ChangelogRow entry) {
                if (!readers.isEmpty()) {
                    everybody.collect(entry.to(entry.audience().without(targets)));
                }
            }

            @Override
            public void close() {}
        };
    }

    private @Nullable BinaryRowData current(ValueState<byte[]> kept) throws Exception {
        return KeyRows.of(schema.arity(), kept.value()).current();
    }

    private void forEach(int which, KeyedStateFunction<TableKey, ValueState<byte[]>> function) throws Exception {
        KeyedStateBackend<TableKey> backend = getKeyedStateBackend();
        backend.applyToAllKeys(
                VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, StageState.ROWS.get(which), function);
    }

    private void showAgain(TableKey key, Audience audience) throws Exception {
        BinaryRowData row = current(rows.get(stage.shown()));
        if (row != null) {
            everybody.collect(entry(RowKind.INSERT, clock.next(), row).to(audience));
        }
    }

    Output table() {
        return table;
    }

    private ChangelogRow entry(RowKind kind, Position version, BinaryRowData row) {
        return ChangelogRow.of(kind, schema, version, wall.millis(), row);
    }
}
