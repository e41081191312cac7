package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Place;
import io.tributary.change.Receipt;
import io.tributary.change.Rejected;
import io.tributary.fill.Filling;
import java.time.Clock;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Makes the changelog of a file that computes row by row, and whose key is that of the one table it reads: of an update both rows are
 * computed, and what is handed on is how the file's row changes, if it does. Nothing of any row is in its state.
 *
 * <p>It stands on the order in which rows come: chained behind those who show them, so that an update's two rows follow each other
 * and a key's rows stay on one subtask. When all rows are shown at once, which it is told ahead of them, they are all that
 * the file's table is to have; at barriers at which it has seen a part of them the table is held.
 *
 * <p>It has the place of {@link Settle}, where a savepoint finds it: a file can go from one to the other.
 */
final class Direct extends AbstractStreamOperator<ChangelogRow>
        implements OneInputStreamOperator<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final transient DirectFactory file;
    private final transient @Nullable OneInputStreamOperator<RowData, RowData> projection;
    private final transient CapturedRow captured;
    private final SetAside setAside;
    private final Clock wall;

    private transient StageState stage;
    private transient Progress.Store progress;
    private transient RowVersions versions;
    private transient Output table;
    private transient Counter rejected;
    private transient RowComputation computation;

    /** Whether not all rows have been shown of those that are shown at once. */
    private transient boolean isHalf;

    /** What an update changes, until that into which it does comes, next. */
    private transient @Nullable ChangelogRow before;

    /**
     * @param projection null if there is none
     * @param captured where its rows go
     */
    @SuppressWarnings("NullAway.Init")
    Direct(
            DirectFactory file,
            @Nullable OneInputStreamOperator<RowData, RowData> projection,
            CapturedRow captured,
            Clock wall) {
        this.file = file;
        this.projection = projection;
        this.captured = captured;
        this.setAside = new SetAside(file.consumer(), file.plan());
        this.wall = wall;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        setAside.restore(context);
        progress = new Progress.Store(context.getOperatorStateStore());
        stage = StageState.restore(
                context.getOperatorStateStore(),
                file.plan(),
                file.schema(),
                file.target().isFilled(),
                progress.read(),
                getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks(),
                KeptRows.NONE);
        if (stage.unfinished() != null) {
            stage.giveUp(false);
        }
        stage.beginAgain(file.target().writtenAnew());
        versions = RowVersions.restore(context.getOperatorStateStore(), file, stage.isOtherPlan(), wall);
        // What Settle has, and would take for what it left.
        Filling.forget(context.getOperatorStateStore());
        context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("doubts", BooleanSerializer.INSTANCE))
                .clear();
    }

    @Override
    public void open() throws Exception {
        super.open();
        table = new Output(file.schema(), getMetricGroup(), () -> stage.isMaking(), setAside::isSetAside);
        rejected = getMetricGroup().addGroup("table", file.schema().table()).counter("rejected");
        computation = new RowComputation(
                file.scan(),
                projection,
                captured,
                file.uncomputable(),
                file.schema().rowType(),
                getRuntimeContext(),
                this::reject);
        if (projection != null) {
            projection.open();
        }
        if (setAside.isSetAside() && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
            sayThatItIsSetAside();
        }
    }

    @Override
    public void processElement(StreamRecord<ChangelogRow> element) throws Exception {
        ChangelogRow row = element.getValue();
        Audience targets = file.targets(row.audience());
        boolean isRetraction = row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE;
        if (targets.isNobody() || setAside.isSetAside()) {
            return;
        }
        if (row.isReplacement()) {
            versions.shows();
            replace(targets);
            return;
        }
        if (row.isHeld()) {
            versions.shows();
            isHalf |= targets.isForTargets();
            return;
        }
        if (row.isOfTable() || (row.isBlind() && isRetraction)) {
            return;
        }
        versions.take(row);
        ChangelogRow earlier = before;
        before = null;
        if (earlier != null && TableSplit.isOneUpdate(earlier, row)) {
            give(earlier, row, targets);
            return;
        }
        giveAlone(earlier);
        if (row.kind() == RowKind.UPDATE_BEFORE) {
            before = row;
            return;
        }
        give(isRetraction ? row : null, isRetraction ? null : row, targets);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        ChangelogRow alone = before;
        before = null;
        giveAlone(alone);
        // Targets may have half of a result of before, too.
        boolean isHeld = isHalf || stage.isOwing();
        isHalf = false;
        stage.hold(isHeld);
        if (isHeld) {
            ChangelogRow entry = ChangelogRow.held(file.schema(), versions.next(), wall.millis());
            hand(entry, Audience.TARGETS);
        }
    }

    @Override
    public void finish() throws Exception {
        prepareSnapshotPreBarrier(0);
        if (projection != null) {
            projection.finish();
        }
        super.finish();
    }

    private void giveAlone(@Nullable ChangelogRow taken) throws Exception {
        if (taken != null) {
            give(taken, null, file.targets(taken.audience()));
        }
    }

    private void give(@Nullable ChangelogRow old, @Nullable ChangelogRow now, Audience targets) throws Exception {
        if (stage.isMaking() && targets.isFor(Audience.PASS_THROUGH)) {
            // There was nothing in the state of those who show rows, so that they come as changes.
            file.target().refuse(file.schema().table());
            stage.show(stage.isFilled());
        }
        try {
            BinaryRowData oldRead = old == null ? null : computation.read(old);
            BinaryRowData nowRead = now == null ? null : computation.read(now);
            if (oldRead != null && oldRead.equals(nowRead)) {
                staysWhereItIs(requireNonNull(now));
                return;
            }
            BinaryRowData was = oldRead == null ? null : computation.of(oldRead, false);
            BinaryRowData is = nowRead == null ? null : computation.of(nowRead, true);
            tell(was, is, old, now, targets);
        } catch (OutdatedPlanException e) {
            ChangelogRow came = now == null ? requireNonNull(old) : now;
            output.collect(
                    GuardedOperator.REJECTED,
                    new StreamRecord<>(
                            Uncomputable.setAside(file.path(), file.schema().table(), came, e, wall.millis())));
            setAside.now();
            sayThatItIsSetAside();
        }
    }

    private void tell(
            @Nullable BinaryRowData was,
            @Nullable BinaryRowData is,
            @Nullable ChangelogRow old,
            @Nullable ChangelogRow now,
            Audience targets) {
        ChangelogRow came = now == null ? requireNonNull(old) : now;
        Place place = old == null ? null : old.placeOfFile(file.schema().tableId());
        if (is == null) {
            if (was != null) {
                hand(versions.entry(RowKind.DELETE, was, came).at(place), targets);
            }
            return;
        }
        if (was == null && !stage.isFilled()) {
            hand(traced(versions.entry(RowKind.INSERT, is, came), now), targets);
            return;
        }
        if (was == null) {
            ChangelogRow written =
                    versions.entry(RowKind.UPDATE_AFTER, is, came).blindly();
            ChangelogRow replaced = written.as(RowKind.UPDATE_BEFORE, table.keyOnly(is));
            hand(replaced, targets);
            hand(traced(written, now), targets);
            return;
        }
        if (!was.equals(is)) {
            ChangelogRow written = versions.entry(RowKind.UPDATE_AFTER, is, came);
            ChangelogRow replaced = written.as(RowKind.UPDATE_BEFORE, was);
            hand(replaced.at(place), targets);
            hand(traced(written, now), targets);
            return;
        }
        staysWhereItIs(requireNonNull(now));
    }

    /** Whoever has shown the row that came is told where the file's is written. */
    private ChangelogRow traced(ChangelogRow made, @Nullable ChangelogRow came) {
        Receipt receipt = came == null ? null : came.receipt();
        return receipt == null ? made : made.with(receipt.ofFile(file.schema().tableId()));
    }

    private void staysWhereItIs(ChangelogRow came) {
        Receipt receipt = came.receipt();
        if (receipt != null) {
            receipt.ofFile(file.schema().tableId()).refused();
        }
    }

    private void hand(ChangelogRow entry, Audience targets) {
        output.collect(new StreamRecord<>(entry.to(targets)));
    }

    /** All rows follow, in all subtasks from this interval between two checkpoints on. */
    private void replace(Audience targets) {
        hand(ChangelogRow.replacement(file.schema(), versions.replacement(), wall.millis()), targets);
        if (targets.isFor(Audience.PASS_THROUGH)) {
            stage.show(false);
            String start = file.target().writtenAnew();
            if (start != null) {
                stage.writtenAnew(start);
            }
        }
    }

    private void reject(Rejected letter) {
        rejected.inc();
        output.collect(GuardedOperator.REJECTED, new StreamRecord<>(letter));
    }

    /** So that the next start knows it. */
    private void sayThatItIsSetAside() {
        ChangelogRow entry = ChangelogRow.setAside(file.schema(), versions.next(), wall.millis());
        hand(entry, Audience.only(Audience.PASS_THROUGH));
    }

    @Override
    public void close() throws Exception {
        if (projection != null) {
            projection.close();
        }
        super.close();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        stage.snapshot();
        progress.write(null);
        versions.snapshot(context.getCheckpointId());
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
        super.notifyCheckpointComplete(checkpoint);
        versions.complete(checkpoint);
    }
}
