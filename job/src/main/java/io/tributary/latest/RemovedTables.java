package io.tributary.latest;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.jspecify.annotations.Nullable;

/**
 * Tables that the state has and that are captured no longer, until what it has of them is given up; and those of them whose
 * rows stayed in the targets.
 *
 * <p>A job that fails and goes on is the same one: tables that joined while it ran are not among those that it was started with, and
 * are captured all the same. So the state says which start it is of.
 */
public final class RemovedTables implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("removed-tables", Types.STRING);

    /** In front of the entries of the state. */
    private static final char START = '=';

    private static final char PENDING = '~';
    private static final char LEFT = '!';

    private final @Nullable HashSet<String> captured;
    private final HashSet<String> filled;
    private final String start;

    private transient @Nullable ListState<String> state;
    private transient @Nullable Set<String> pending;
    private transient @Nullable Set<String> left;

    private RemovedTables(@Nullable Set<String> captured, Set<String> filled, String start) {
        this.captured = captured == null ? null : new HashSet<>(captured);
        this.filled = new HashSet<>(filled);
        this.start = start;
    }

    /**
     * @param captured all tables that are captured now
     * @param filled those whose targets have rows now
     * @param start another one for each start of the job
     */
    public static RemovedTables of(Set<String> captured, Set<String> filled, String start) {
        return new RemovedTables(captured, filled, start);
    }

    /** No table is ever taken for removed. */
    static RemovedTables none() {
        return new RemovedTables(null, Set.of(), "");
    }

    /**
     * @param seen the tables that the state has rows of
     * @param met the tables that the state knows of, whether it has rows of them or not
     */
    void restore(
            FunctionInitializationContext context,
            Collection<String> seen,
            Collection<String> met,
            LatestSettings.RemovedTable onRemovedTable)
            throws Exception {
        pending = new TreeSet<>();
        left = new TreeSet<>();
        state = context.getOperatorStateStore().getUnionListState(STATE);
        if (captured == null) {
            return;
        }
        boolean isSameStart = false;
        for (String entry : state.get()) {
            String text = entry.substring(1);
            isSameStart |= entry.charAt(0) == START && text.equals(start);
            if (entry.charAt(0) == PENDING) {
                pending.add(text);
            } else if (entry.charAt(0) == LEFT) {
                left.add(text);
            }
        }
        // Those came again.
        left.removeAll(seen);
        if (!isSameStart) {
            pending.addAll(seen);
            pending.addAll(met);
            pending.removeAll(captured);
        }
        if (!pending.isEmpty() && onRemovedTable == LatestSettings.RemovedTable.FAIL) {
            throw refusal("Tables " + String.join(", ", pending)
                    + " are in the state that the job was resumed from, and are captured no longer: put them back, or set "
                    + LatestSettings.ON_REMOVED_TABLE.key() + " to keep or delete");
        }
        Set<String> back = new TreeSet<>(left);
        back.retainAll(captured);
        left.removeAll(back);
        back.retainAll(filled);
        if (!back.isEmpty()) {
            throw refusal("Tables " + String.join(", ", back)
                    + " are captured again, and their targets have rows of when they were captured before: those that were"
                    + " deleted since would stay. Empty or drop these tables in Iceberg, and in the warehouse if there is"
                    + " one, and start the job again");
        }
    }

    private static SuppressRestartsException refusal(String sentence) {
        return new SuppressRestartsException(new IllegalStateException(sentence));
    }

    void snapshot() throws Exception {
        if (captured == null) {
            return;
        }
        List<String> entries = new ArrayList<>(List.of(START + start));
        pending().forEach(table -> entries.add(PENDING + table));
        requireNonNull(left).forEach(table -> entries.add(LEFT + table));
        requireNonNull(state).update(entries);
    }

    /** Those of which the state still has something. */
    Set<String> pending() {
        return requireNonNull(pending);
    }

    /**
     * All that was pending is given up.
     *
     * @param stay whether the rows stay in the targets
     */
    void settle(boolean stay) {
        if (stay) {
            requireNonNull(left).addAll(pending());
        }
        pending().clear();
    }

    /** Of these tables there are rows in the state; gives those that came again while the job runs. */
    Set<String> met(Set<String> tables) {
        Set<String> back = new TreeSet<>(requireNonNull(left));
        back.retainAll(tables);
        requireNonNull(left).removeAll(back);
        return back;
    }
}
