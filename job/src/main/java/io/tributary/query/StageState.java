package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What a file's operators have come to: its rows are shown as they change, or its result is being made, while those who read it
 * still see what it made before, if anything.
 *
 * <p>Of both there are rows by key, in two states that take turns.
 */
final class StageState {

    /** The rows of each key, by {@link KeyRows}. */
    static final List<ValueStateDescriptor<byte[]>> ROWS = List.of(rows("rows"), rows("rows-other"));

    private static final String TAB = "\t";

    private final ListState<String> state;
    private final ListState<Schema> shape;
    private final String plan;
    private final Schema output;

    private int shown;
    private @Nullable Schema shownShape;
    private boolean isMaking;
    private boolean isFilled;
    private boolean hasLeftovers;
    private String writtenAnew = "";
    private boolean isSetAside;

    private StageState(ListState<String> state, ListState<Schema> shape, String plan, Schema output) {
        this.state = state;
        this.shape = shape;
        this.plan = plan;
        this.output = output;
    }

    private static ValueStateDescriptor<byte[]> rows(String name) {
        return new ValueStateDescriptor<>(name, BytePrimitiveArraySerializer.INSTANCE);
    }

    /**
     * @param plan what tells apart how the output is made
     * @param isFilled whether the targets have rows, of which nothing is known if the state knows nothing
     */
    static StageState restore(OperatorStateStore store, String plan, Schema output, boolean isFilled) throws Exception {
        StageState stage = new StageState(
                store.getUnionListState(new ListStateDescriptor<>("stage", StringSerializer.INSTANCE)),
                store.getUnionListState(new ListStateDescriptor<>("shown", WireType.SCHEMA)),
                plan,
                output);
        List<String> entries = new ArrayList<>();
        stage.state.get().forEach(entries::add);
        stage.shape.get().forEach(schema -> stage.shownShape = schema);
        if (entries.isEmpty()) {
            stage.isMaking = true;
            stage.isFilled = isFilled;
            return stage;
        }
        // All subtasks say the same.
        String[] parts = entries.get(0).split(TAB, -1);
        boolean wasMaking = Boolean.parseBoolean(parts[1]);
        boolean isSame = parts[0].equals(plan);
        stage.shown = Integer.parseInt(parts[2]);
        stage.isFilled = Boolean.parseBoolean(parts[3]);
        stage.writtenAnew = parts[4];
        stage.isMaking = wasMaking || !isSame;
        stage.isSetAside = isSame && Boolean.parseBoolean(parts[5]);
        stage.hasLeftovers = wasMaking && !isSame;
        return stage;
    }

    void snapshot() throws Exception {
        state.update(List.of(String.join(
                TAB,
                plan,
                Boolean.toString(isMaking),
                Integer.toString(shown),
                Boolean.toString(isFilled),
                writtenAnew,
                Boolean.toString(isSetAside))));
        shape.update(shownShape == null ? List.of() : List.of(shownShape));
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

    /** Of {@link #ROWS}, where rows as the plan makes them are kept. */
    int made() {
        return isMaking ? 1 - shown : shown;
    }

    /** Of {@link #ROWS}, where the rows are that were shown. */
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
        return isFilled;
    }

    /** For which start of the job targets were written anew; empty if for none. */
    String writtenAnew() {
        return writtenAnew;
    }

    /** Targets have what is shown, and nothing else. */
    void writtenAnew(String start) {
        writtenAnew = start;
        isFilled = false;
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
        isFilled = targetsMayHaveMore;
        shownShape = requireNonNull(output);
    }
}
