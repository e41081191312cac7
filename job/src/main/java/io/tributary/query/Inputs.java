package io.tributary.query;

import io.tributary.change.Filled;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which of the operators that a file reads have shown it all rows that they had. */
final class Inputs implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String consumer;
    private final String plan;
    private final TreeSet<String> operators;

    private transient @Nullable Map<String, BitSet> filled;
    private transient boolean isAnyLate;
    private transient boolean isAnyTurning;
    private transient long lastTime;

    /**
     * @param consumer the file, as consumers are called
     * @param operators whom it reads
     */
    Inputs(String consumer, String plan, Collection<String> operators) {
        this.consumer = consumer;
        this.plan = plan;
        this.operators = new TreeSet<>(operators);
    }

    /** Whether it is said to the file, as it is planned now. */
    boolean concerns(Filled mark) {
        return mark.consumer().equals(consumer) && mark.plan().equals(plan);
    }

    void take(Filled mark) {
        if (mark.isTurning()) {
            isAnyTurning |= operators.contains(mark.operator());
            return;
        }
        if (!concerns(mark)) {
            return;
        }
        if (filled == null) {
            filled = new HashMap<>();
        }
        BitSet subtasks = filled.computeIfAbsent(mark.operator(), first -> new BitSet());
        subtasks.set(mark.subtask());
        // A bit behind the last says how many there are.
        subtasks.set(mark.subtasks() + 1);
        isAnyLate |= !mark.isFromTheStart();
        lastTime = Math.max(lastTime, mark.time());
    }

    /** Whether all of them have. */
    boolean areFilled() {
        for (String operator : operators) {
            BitSet subtasks = filled == null ? null : filled.get(operator);
            if (subtasks == null || subtasks.cardinality() < subtasks.length() - 1) {
                return false;
            }
        }
        return true;
    }

    /** Whether any of them has said since the last call that what it told is half of something. */
    boolean wereTurning() {
        boolean were = isAnyTurning;
        isAnyTurning = false;
        return were;
    }

    /** When the last of them said so, in milliseconds: the same for all who listen, once all have. */
    long lastTime() {
        return lastTime;
    }

    /** Whether none of them had any rows when they began. */
    boolean areFromTheStart() {
        return !isAnyLate;
    }
}
