package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.fill.Filler;
import io.tributary.fill.Slices;
import java.time.Duration;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Turn} of an output, if there is one: when it begins, that it goes on when the job is restored in the middle of it, and what
 * is so when it is over. There is one at most until the job is started again.
 */
final class Turns {

    /** Of a turn that begins when the job does: {@link VersionClock#since} agrees on what all subtasks restored. */
    private static final long START = 0;

    private final Schema schema;
    private final Target target;
    private final Inputs inputs;
    private final StageState stage;
    private final Results results;
    private final OutputChanges changes;
    private final SharedKeys shared;
    private final Filler filler;
    private final TaskInfo task;
    private final Progress.Store store;
    private final long atBarrier;
    private final Slices slices;
    private @Nullable Turn turn;
    /** The turn, also when it is over. */
    private @Nullable Turn last;
    /** Whether Iceberg has something else than what is shown, until it is written anew. */
    private boolean isIcebergToCome;

    /**
     * @param atBarrier how long a barrier may be held up
     * @param time of the operator
     * @param containing the task that it is in
     */
    Turns(
            Schema schema,
            Target target,
            Inputs inputs,
            StageState stage,
            Results results,
            OutputChanges changes,
            SharedKeys shared,
            Filler filler,
            TaskInfo task,
            Progress.Store store,
            Duration atBarrier,
            ProcessingTimeService time,
            StreamTask<?, ?> containing) {
        this.schema = schema;
        this.target = target;
        this.inputs = inputs;
        this.stage = stage;
        this.results = results;
        this.changes = changes;
        this.shared = shared;
        this.filler = filler;
        this.task = task;
        this.store = store;
        this.atBarrier = atBarrier.toNanos();
        this.slices = new Slices(time, containing, this::until);
    }

    /** Goes on with what was begun, or sees to it that it can be begun again. */
    void open() throws Exception {
        String start = target.writtenAnew();
        isIcebergToCome = start != null && !stage.writtenAnew().equals(start);
        Progress unfinished = stage.unfinished();
        if (unfinished != null) {
            if (stage.isOtherPlan()) {
                giveUp(unfinished);
            } else if (start == null || start.equals(unfinished.start())) {
                begin(unfinished, START);
            } else {
                showWhatWasTold(unfinished);
                begin(Progress.begin(unfinished.isTakeOver(), true, start, schema), START);
            }
        }
        if (stage.hasLeftovers()) {
            results.clearMade();
        }
    }

    private void giveUp(Progress unfinished) throws Exception {
        boolean isKnown = isOfShown(unfinished.shape()) && !unfinished.isReplacement();
        showWhatWasTold(unfinished);
        stage.giveUp(isKnown);
    }

    /** So that it can begin again: those who read the output have been told of it, or shown it by subtasks that were done. */
    private void showWhatWasTold(Progress unfinished) throws Exception {
        if (!unfinished.isTakeOver()) {
            return;
        }
        if (!isOfShown(unfinished.shape())) {
            results.clearShown();
            stage.showIn(unfinished.shape());
        }
        results.showMade(unfinished.given(), task.getMaxNumberOfParallelSubtasks());
    }

    private boolean isOfShown(Schema shape) {
        Schema shown = stage.shownShape();
        return shown != null && shown.fingerprint() == shape.fingerprint();
    }

    /** What was made is shown from now on: everything came as changes, and nobody has anything that would have to be replaced at once. */
    void showFromTheStart() throws Exception {
        begin(Progress.begin(true, isOtherShape(), target.writtenAnew(), schema), inputs.lastTime());
        slices.stop();
        requireNonNull(turn).finish();
        conclude(stage.isFilled(), true);
        last = null;
        stage.endTurnAtOnce();
    }

    /** Whether what came of the output is half of something. */
    boolean beforeBarrier() throws Exception {
        Turn begun = turn;
        if (begun != null && !isMoreAtBarrier(begun)) {
            conclude(false, false);
        }
        boolean isHalf = turn != null || stage.isOwing();
        if (last == null && inputs.areFilled() && !stage.isSetAside()) {
            String start = target.writtenAnew();
            if (stage.isMaking()) {
                boolean isReplacement = isOtherShape() || stage.isFilled() || start != null;
                begin(Progress.begin(true, isReplacement, start, schema), inputs.lastTime());
            } else if (isIcebergToCome) {
                begin(Progress.begin(false, true, start, schema), inputs.lastTime());
            }
        }
        return isHalf;
    }

    private boolean isMoreAtBarrier(Turn begun) throws Exception {
        if (atBarrier > 0) {
            begun.until(System.nanoTime() + atBarrier);
        }
        return begun.beforeBarrier();
    }

    private boolean isOtherShape() {
        return stage.shownShape() != null && !isOfShown(schema);
    }

    private void begin(Progress progress, long since) {
        turn = progress.isTakeOver()
                ? new TakeOver(stage, isOfShown(schema), progress, since, results, changes, shared, filler, task)
                : new WritingAnew(progress, since, results, changes, task);
        isIcebergToCome |= !progress.isTakeOver();
        last = turn;
        stage.beginTurn();
        slices.start();
    }

    private boolean until(long deadline) throws Exception {
        return turn != null && turn.until(deadline);
    }

    private void conclude(boolean targetsMayHaveMore, boolean fromTheStart) throws Exception {
        slices.stop();
        Turn over = requireNonNull(turn);
        over.stop();
        turn = null;
        boolean isTakeOver = over.progress().isTakeOver();
        if (isTakeOver) {
            stage.show(targetsMayHaveMore);
        }
        String start = over.progress().start();
        if (!start.isEmpty() && fromTheStart) {
            stage.begun(start);
        } else if (!start.isEmpty()) {
            stage.writtenAnew(start);
        }
        isIcebergToCome = false;
        if (isTakeOver) {
            filler.start(fromTheStart);
        }
    }

    /** No barrier comes any more. */
    void finish() throws Exception {
        if (turn != null) {
            turn.finish();
            conclude(false, false);
        }
    }

    void snapshot() throws Exception {
        store.write(last == null ? null : last.progress());
    }

    void close() {
        slices.stop();
        if (turn != null) {
            turn.stop();
        }
    }

    /** Whether what the key has by now will be told, and nothing of it before. */
    boolean isToCome(TableKey key) {
        return turn == null || turn.isToCome(key);
    }

    /** Whether Iceberg will be given what the key has by then, and nothing of it before. */
    boolean isToComeToIceberg(TableKey key) {
        return isIcebergToCome && isToCome(key);
    }

    /** Whether keys of which nothing is known may be in the targets. */
    boolean mayExist() {
        return stage.isFilled() && (turn == null || !turn.isReplacement());
    }

    /** To be called when a row of the key is made and there was none, before it is in the state. */
    void born(TableKey key) throws Exception {
        if (turn != null) {
            turn.born(key);
        }
    }
}
