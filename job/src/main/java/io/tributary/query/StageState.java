package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What a file's operators have come to: its rows are shown as they change, or its result is being made, while those who read it
 * still see what it made before, if anything.
 *
 * <p>Of both there are rows by key, in two states that take turns; or, of a file that computes row by row, there are none. What a
 * file has shown in one of these ways is unknown to the other, as if somebody else had filled the targets.
 */
final class StageState {

    private static final String TAB = "\t";

    /** Where a state says which rows are in it; earlier ones did not, and had all. */
    private static final int ROWS = 8;

    private static final int SINCE = 9;

    private final ListState<String> state;
    private final ListState<Schema> shape;
    private final String plan;
    private final Schema output;
    private final KeptRows rows;

    private int shown;
    private @Nullable Schema shownShape;
    private boolean isMaking;
    private boolean isFilled;
    private boolean hasLeftovers;
    private String writtenAnew = "";
    private boolean isSetAside;
    private boolean hasOtherRows;
    /** When the first row of the plan may have come, in milliseconds; 0 if no state says so. */
    private long since;

    private long forgottenFrom;
    private @Nullable Clock wall;
    private boolean isHolding;
    private boolean isOwing;
    private @Nullable Progress unfinished;
    private boolean isOtherPlan;
    /** As it was when a turn began: until the job is restored, the others may be anywhere in it. */
    private @Nullable Stored beforeTurn;

    private StageState(ListState<String> state, ListState<Schema> shape, String plan, Schema output, KeptRows rows) {
        this.state = state;
        this.shape = shape;
        this.plan = plan;
        this.output = output;
        this.rows = rows;
    }

    /** What a turn changes. */
    private static final class Stored {
        private final boolean isMaking;
        private final int shown;
        private final boolean isFilled;
        private final String writtenAnew;
        private final @Nullable Schema shownShape;

        private Stored(StageState stage) {
            isMaking = stage.isMaking;
            shown = stage.shown;
            isFilled = stage.isFilled;
            writtenAnew = stage.writtenAnew;
            shownShape = stage.shownShape;
        }
    }

    /**
     * @param plan what tells apart how the output is made
     * @param isFilled whether the targets have rows, of which nothing is known if the state knows nothing
     * @param turn what the state says of a turn, by all subtasks
     * @param groups how many key groups there are
     * @param rows which rows of what is shown are in the state, too
     */
    static StageState restore(
            OperatorStateStore store,
            String plan,
            Schema output,
            boolean isFilled,
            @Nullable Progress turn,
            int groups,
            KeptRows rows)
            throws Exception {
        StageState stage = new StageState(
                store.getUnionListState(new ListStateDescriptor<>("stage", StringSerializer.INSTANCE)),
                store.getUnionListState(new ListStateDescriptor<>("shown", WireType.SCHEMA)),
                plan,
                output,
                rows);
        List<String[]> entries = new ArrayList<>();
        for (String entry : stage.state.get()) {
            entries.add(entry.split(TAB, -1));
        }
        stage.shape.get().forEach(schema -> stage.shownShape = schema);
        if (entries.isEmpty()) {
            stage.isMaking = true;
            stage.isFilled = isFilled;
            return stage;
        }
        stage.take(entries);
        boolean wasMaking = Boolean.parseBoolean(entries.get(0)[1]);
        if (turn != null && turn.isComplete(groups)) {
            stage.isMaking = wasMaking;
            stage.turned(turn);
            wasMaking = stage.isMaking;
            turn = null;
        }
        boolean isSame = entries.get(0)[0].equals(plan);
        stage.since = isSame ? stage.since : 0;
        stage.isFilled |= stage.hasOtherRows || (!isSame && rows == KeptRows.YOUNG);
        stage.isMaking = wasMaking || !isSame;
        stage.isSetAside &= isSame;
        stage.hasLeftovers = wasMaking && !isSame;
        stage.isOwing |= stage.isHolding && !isSame;
        stage.isOtherPlan = !isSame;
        stage.unfinished = turn;
        return stage;
    }

    /** All subtasks say the same, but for what they hold and owe. */
    private void take(List<String[]> entries) {
        String[] parts = entries.get(0);
        shown = Integer.parseInt(parts[2]);
        KeptRows hadRows = parts.length > ROWS ? KeptRows.valueOf(parts[ROWS]) : KeptRows.ALL;
        hasOtherRows = hadRows != rows;
        isFilled = Boolean.parseBoolean(parts[3]);
        writtenAnew = parts[4];
        isSetAside = Boolean.parseBoolean(parts[5]);
        for (String[] entry : entries) {
            // Earlier versions held nothing.
            isHolding |= entry.length > 6 && Boolean.parseBoolean(entry[6]);
            isOwing |= entry.length > 7 && Boolean.parseBoolean(entry[7]);
            long begun = entry.length > SINCE ? Long.parseLong(entry[SINCE]) : 0;
            since = since == 0 ? begun : Math.min(since, begun);
        }
    }

    private void turned(Progress turn) {
        if (turn.isTakeOver()) {
            shown = 1 - shown;
            isMaking = false;
            shownShape = turn.shape();
        }
        isFilled = false;
        isOwing = false;
        isHolding = false;
        if (!turn.start().isEmpty()) {
            writtenAnew = turn.start();
        }
    }

    void snapshot() throws Exception {
        Stored stored = beforeTurn == null ? new Stored(this) : beforeTurn;
        state.update(List.of(String.join(
                TAB,
                plan,
                Boolean.toString(stored.isMaking),
                Integer.toString(stored.shown),
                Boolean.toString(stored.isFilled),
                stored.writtenAnew,
                Boolean.toString(isSetAside),
                Boolean.toString(isHolding),
                Boolean.toString(isOwing),
                rows.name(),
                Long.toString(since))));
        shape.update(stored.shownShape == null ? List.of() : List.of(stored.shownShape));
    }

    /** From now on the state says what is so now, and how far the turn has come. */
    void beginTurn() {
        beforeTurn = new Stored(this);
    }

    /** All subtasks have ended it in the same interval. */
    void endTurnAtOnce() {
        beforeTurn = null;
    }

    /** Of a turn that the job is to go on with, or to give up because there is {@link #isOtherPlan another plan}. */
    @Nullable
    Progress unfinished() {
        return unfinished;
    }

    /** Whether the state is of another plan. */
    boolean isOtherPlan() {
        return isOtherPlan;
    }

    /**
     * Some have seen a part of a result that will never be whole.
     *
     * @param isKnown whether what they see is what is shown, and not a replacement of it
     */
    void giveUp(boolean isKnown) {
        isOwing = true;
        isFilled |= !isKnown;
        unfinished = null;
    }

    /** What is shown is rows of this shape. */
    void showIn(Schema newShape) {
        shownShape = newShape;
    }

    /** Whether what came of the output before the barrier is half of something. */
    void hold(boolean isHeld) {
        isHolding = isHeld;
    }

    /** What targets have half of comes again from the beginning for this start of the job, if they have half of anything. */
    void beginAgain(@Nullable String start) {
        isOwing |= isHolding && start != null && !start.equals(writtenAnew);
    }

    /** Whether there is something that is half of something, and will not be continued, until there is a result. */
    boolean isOwing() {
        return isOwing;
    }

    /** Whether those who read the output see it as another plan made it, or not at all. */
    boolean isMaking() {
        return isMaking;
    }

    /** Whether the plan's rows are wrong from now on, and none of them is shown any more. */
    boolean isSetAside() {
        return isSetAside;
    }

    /** Until there is another plan: the next start of the job makes one of a file that was set aside, whatever stands in it. */
    void setAside() {
        isSetAside = true;
    }

    /** Whether there may be rows of a plan that was given up before its result was complete. */
    boolean hasLeftovers() {
        return hasLeftovers;
    }

    /** Of {@link KeptRows#states}, where rows as the plan makes them are kept. */
    int made() {
        return isMaking ? 1 - shown : shown;
    }

    /** Of {@link KeptRows#states}, where the rows are that were shown. */
    int shown() {
        return shown;
    }

    /** The shape in which rows were shown; null if none were. */
    @Nullable
    Schema shownShape() {
        return shownShape;
    }

    /** Whether keys that the state does not know may exist in the targets. */
    boolean isFilled() {
        return isFilled || (wall != null && wall.millis() >= forgottenFrom);
    }

    /** Rows that have not changed for this long may be forgotten, and be in the targets. To be called after the state was restored. */
    void keep(Duration keep, Clock clock) {
        since = since == 0 ? clock.millis() : since;
        forgottenFrom = since + keep.toMillis();
        wall = clock;
    }

    /** Whether rows of what was shown are kept in another way than they are kept now. */
    boolean hasOtherRows() {
        return hasOtherRows;
    }

    /** For which start of the job targets were written anew; empty if for none. */
    String writtenAnew() {
        return writtenAnew;
    }

    /** Targets have what is shown, and nothing else. */
    void writtenAnew(String start) {
        writtenAnew = start;
        isFilled = false;
        isOwing = false;
    }

    /** Targets of a job that starts from nothing have what is shown, and what they had. */
    void begun(String start) {
        writtenAnew = start;
    }

    /** From now on what the plan makes is shown. */
    void show(boolean targetsMayHaveMore) {
        if (isMaking) {
            shown = 1 - shown;
        }
        isMaking = false;
        isOwing = false;
        isFilled = targetsMayHaveMore;
        shownShape = requireNonNull(output);
    }
}
