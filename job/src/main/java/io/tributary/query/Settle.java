package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Placing;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import io.tributary.fill.Filler;
import io.tributary.fill.Filling;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.table.data.binary.BinaryRowData;
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
 * to it. Then, from a barrier on that is the same in all subtasks, the new result takes the place of the old one, and until that is
 * done in all of them every barrier is told to targets and readers as one that nothing is to be seen of.
 */
final class Settle extends AbstractStreamOperator<ChangelogRow>
        implements TwoInputStreamOperator<ChangelogRow, Filled, ChangelogRow>, ProcessingTimeCallback {

    private static final long serialVersionUID = 1L;

    /** To the files that read this one. */
    static final OutputTag<Filled> FILLED = new OutputTag<>("filled", WireType.FILLED);

    /** What is only to be found in order to be cleared has a time as well, where it had one. */
    private static final Duration ANY = Duration.ofDays(1);

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
    private final Duration atBarrier;
    private @Nullable Duration keep;
    private boolean isReplacing;
    private boolean isPlacing;

    private transient StageState stage;
    private transient Results results;
    private transient ListState<Long> lastVersion;
    private transient ListState<Boolean> doubts;
    private transient SharedKeys shared;
    private transient VersionClock clock;
    private transient Filling filling;
    private transient Filler filler;
    private transient OutputChanges changes;
    private transient Map<TableKey, List<ChangelogRow>> bundle;
    private transient Output table;
    private transient int bundled;
    private transient @Nullable ScheduledFuture<?> timer;
    private transient Progress.Store progress;
    private transient Turns turns;

    /**
     * @param plan what tells apart how the output is made
     * @param readers the files that read the output, and Kinesis
     * @param target of the output, as it is when the job starts
     * @param atBarrier how long a barrier is held up for a new result that is not shown yet, so that one that is small is shown in one
     *     interval between checkpoints
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
            Clock wall,
            Duration atBarrier) {
        this.schema = schema;
        this.plan = plan;
        this.inputs = inputs;
        this.readers = new ArrayList<>(readers);
        this.target = target;
        this.interval = interval.toMillis();
        this.most = most;
        this.wall = wall;
        this.atBarrier = atBarrier;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    /**
     * The same, for rows that are kept for some time after they came. Of a row that may be in the targets and is forgotten, what comes
     * is written over it, whether it is there or not.
     */
    Settle keeping(@Nullable Duration some) {
        keep = some;
        return this;
    }

    /** Whether a key's rows come in order, each in the place of the one before, so that none is taken back by its content. */
    Settle replacing(boolean isWanted) {
        isReplacing = isWanted;
        return this;
    }

    /** Whether the places of rows in Iceberg are kept. */
    Settle placing(boolean isWanted) {
        isPlacing = isWanted;
        return this;
    }

    /** What it is called by those who read it. */
    static String operator(String table) {
        return Audience.query(table);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        progress = new Progress.Store(context.getOperatorStateStore());
        stage = StageState.restore(
                context.getOperatorStateStore(),
                plan,
                schema,
                target.isFilled(),
                progress.read(),
                getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks(),
                KeptRows.of(keep));
        if (keep != null) {
            stage.keep(keep, wall);
        }
        results = new Results(stage, schema.arity(), keep, context.getKeyedStateStore(), getKeyedStateBackend());
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
                Audience.KINESIS::equals);
    }

    @Override
    public void open() throws Exception {
        super.open();
        bundle = new LinkedHashMap<>();
        table = new Output(schema, getMetricGroup(), () -> stage.isMaking(), () -> stage.isSetAside());
        changes = new OutputChanges(table, clock, wall, new Placing(isPlacing, toEverybody()), !readers.isEmpty());
        filler = new Filler(
                operator(schema.table()),
                getRuntimeContext().getTaskInfo(),
                filling,
                results.ofShown(),
                this::showAgain,
                getProcessingTimeService(),
                getContainingTask(),
                mark -> output.collect(FILLED, new StreamRecord<>(mark)),
                table -> true,
                atBarrier);
        if (stage.isSetAside()) {
            sayThatItIsSetAside();
        }
        if (stage.hasOtherRows()) {
            results.clearOthers(keep == null ? ANY : null);
        }
        turns = new Turns(
                schema,
                target,
                inputs,
                stage,
                results,
                changes,
                shared,
                filler,
                getRuntimeContext().getTaskInfo(),
                progress,
                atBarrier,
                getProcessingTimeService(),
                getContainingTask());
        turns.open();
        if (!stage.isMaking()) {
            filler.start(false);
        }
    }

    private Collector<ChangelogRow> toEverybody() {
        return new Collector<ChangelogRow>() {
            @Override
            public void collect(ChangelogRow entry) {
                output.collect(new StreamRecord<>(entry));
            }

            @Override
            public void close() {}
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
        if (isFirst && !target.isReplaced() && inputs.areFilled() && inputs.areFromTheStart()) {
            target.refuse(schema.table());
            flush();
            turns.showFromTheStart();
        }
    }

    private void setAside(Filled mark) {
        if (inputs.concerns(mark)) {
            stage.setAside();
            bundle.clear();
            bundled = 0;
            sayThatItIsSetAside();
        }
    }

    /** So that the next start knows it. All subtasks hear of it, so one is enough. */
    private void sayThatItIsSetAside() {
        if (getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
            changes.setAside();
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
        boolean isHalf = turns.beforeBarrier();
        boolean isHeld = inputs.wereTurning() || isHalf;
        stage.hold(isHeld);
        if (isHeld) {
            changes.hold();
            TaskInfo task = getRuntimeContext().getTaskInfo();
            Filled turning = Filled.turning(
                    operator(schema.table()), task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
            output.collect(FILLED, new StreamRecord<>(turning));
        }
        if (!stage.isMaking() && !stage.isSetAside()) {
            share();
        }
        filler.beforeBarrier();
    }

    @Override
    public void finish() throws Exception {
        flush();
        turns.finish();
        super.finish();
    }

    @Override
    public void close() throws Exception {
        if (filler != null) {
            filler.stop();
        }
        if (turns != null) {
            turns.close();
        }
        super.close();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        lastVersion.update(List.of(clock.last()));
        doubts.update(List.of(shared.isAny()));
        stage.snapshot();
        turns.snapshot();
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

    private void settle(TableKey key, List<ChangelogRow> steps) throws Exception {
        byte[] stored = results.made();
        KeyRows kept = results.rows(stored);
        BinaryRowData before = kept.current();
        KeySteps all = new KeySteps(steps);
        int unknown = isReplacing ? all.replace(kept) : keep == null ? all.apply(kept) : all.applyForgetting(kept);
        (keep == null ? table.unknownRetractions : table.forgottenRows).inc(unknown);
        if (kept.count() > 1) {
            table.ambiguousKeys.inc();
        }
        if (stored == null) {
            turns.born(key);
        }
        if (stage.isMaking() && turns.isToCome(key)) {
            results.make(stored, kept);
            return;
        }
        Collector<ChangelogRow> out = limited(key);
        if (stored == null) {
            filler.born(key);
        }
        shared.look(key, kept);
        changes.from(kept.place());
        if (keep != null && unknown > 0 && before == null && kept.count() == 0) {
            changes.takeBack(all.last().row(), out);
        } else {
            changes.tell(before, kept.current(), turns.mayExist(), out);
        }
        kept.at(changes.place());
        results.make(stored, kept);
    }

    private Collector<ChangelogRow> limited(TableKey key) throws Exception {
        return filler.limited(key, turns.isToComeToIceberg(key) ? changes.toAllButIceberg() : changes.toEverybody());
    }

    /** Takes away what is shown of keys that several rows share. */
    private void share() throws Exception {
        if (shared.isToBeSought()) {
            shared.seeking();
            results.forEachShown(shared::look);
        }
        int told = 0;
        for (TableKey key : shared.atBarrier()) {
            setCurrentKey(key);
            KeyRows kept = results.shownRows();
            BinaryRowData before = kept.current();
            // Those who are being shown all rows see this one first, as it still is.
            Collector<ChangelogRow> out = limited(key);
            kept.share();
            changes.from(kept.place());
            changes.tell(before, null, false, out);
            kept.at(changes.place());
            results.show(kept);
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

    private void showAgain(TableKey key, Audience audience) throws Exception {
        BinaryRowData row = results.shownRows().current();
        if (row != null) {
            changes.show(row, audience);
        }
    }

    Output table() {
        return table;
    }
}
