package io.tributary.change;

import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Says that one subtask of an operator has shown a consumer all rows that it had. It goes the way of the barriers, not that of
 * the rows: whoever has had it from all subtasks has all rows at the next barrier of a checkpoint.
 */
@TypeInfo(WireTypeFactory.class)
public final class Filled {

    private final String operator;
    private final String consumer;
    private final String plan;
    private final int subtask;
    private final int subtasks;
    private final boolean fromTheStart;
    private final long time;

    private Filled(
            String operator, String consumer, String plan, int subtask, int subtasks, boolean fromTheStart, long time) {
        this.operator = operator;
        this.consumer = consumer;
        this.plan = plan;
        this.subtask = subtask;
        this.subtasks = subtasks;
        this.fromTheStart = fromTheStart;
        this.time = time;
    }

    /**
     * @param operator who says it
     * @param subtasks how many there are of the operator
     * @param fromTheStart the operator had nothing when the consumer came: all rows come as changes
     * @param time when it says so, in milliseconds
     */
    public static Filled of(
            String operator, String consumer, String plan, int subtask, int subtasks, boolean fromTheStart, long time) {
        return new Filled(operator, consumer, plan, subtask, subtasks, fromTheStart, time);
    }

    /** That a consumer cannot go on, and shows nothing more as long as it has this plan. */
    public static Filled setAside(String consumer, String plan) {
        return new Filled("", consumer, plan, 0, 0, false, 0);
    }

    /**
     * That rows of the operator are about to become others, all of which are to be seen at once: so far it has told some of them. Those
     * who have heard it hold what they make of them, at the barrier that comes next.
     *
     * @param subtasks how many there are of the operator
     */
    public static Filled turning(String operator, int subtask, int subtasks) {
        return new Filled(operator, "", "", subtask, subtasks, false, 0);
    }

    public boolean isSetAside() {
        return operator.isEmpty();
    }

    /** Said to all who read the operator. */
    public boolean isTurning() {
        return consumer.isEmpty();
    }

    public String operator() {
        return operator;
    }

    public String consumer() {
        return consumer;
    }

    public String plan() {
        return plan;
    }

    public int subtask() {
        return subtask;
    }

    public int subtasks() {
        return subtasks;
    }

    public boolean isFromTheStart() {
        return fromTheStart;
    }

    public long time() {
        return time;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Filled && other.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        if (isSetAside()) {
            return consumer + " " + plan + " is set aside";
        }
        if (isTurning()) {
            return operator + " " + subtask + "/" + subtasks + " is turning";
        }
        return consumer + " " + plan + " by " + operator + " " + subtask + "/" + subtasks
                + (fromTheStart ? " from the start" : "") + " at " + time;
    }
}
