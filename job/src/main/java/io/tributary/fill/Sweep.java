package io.tributary.fill;

import io.tributary.change.TableKey;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * A visit of every key in keyed state, one key group after the other, while keys come and go. At any time it is known which keys are
 * still to be visited.
 */
public final class Sweep {

    /** What is done with a key. */
    public interface Visit {
        /** The key is the current one. It may have no row any more. */
        void visit(TableKey key) throws Exception;
    }

    private final Backend backend;
    private final int groups;
    private final KeyGroupRange range;
    private final Visit visit;
    private int group;
    private @Nullable GroupKeys keys;

    /** @param task of the operator */
    public Sweep(Backend backend, TaskInfo task, Visit visit) {
        this.backend = backend;
        this.visit = visit;
        groups = task.getMaxNumberOfParallelSubtasks();
        range = KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                groups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
        group = range.getStartKeyGroup() - 1;
    }

    /** Whether the key will be visited if it is in the state by then. */
    public boolean isToCome(TableKey key) {
        int of = group(key);
        return of > group || (of == group && keys != null && keys.isLeft(key));
    }

    /** To be called when a key comes into state that was not there. */
    public void born(TableKey key) {
        if (keys != null) {
            keys.born(group(key), key);
        }
    }

    private int group(TableKey key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, groups);
    }

    /**
     * Visits keys until the time is over; true if there are more.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    public boolean until(long deadline) throws Exception {
        int visited = 0;
        while (group <= range.getEndKeyGroup()) {
            TableKey key = keys == null ? null : keys.nextOfGroup();
            if (key == null) {
                group++;
                begin();
                continue;
            }
            backend.setCurrentKey(key);
            visit.visit(key);
            visited++;
            if ((visited & 15) == 15 && System.nanoTime() - deadline > 0) {
                return true;
            }
        }
        return false;
    }

    private void begin() {
        if (group > range.getEndKeyGroup()) {
            stop();
            return;
        }
        if (keys == null || keys.isFull()) {
            stop();
            keys = new GroupKeys(backend.keys(), groups);
        }
        keys.begin(group);
    }

    /** Visits all that are to come. */
    public void finish() throws Exception {
        boolean hasMore = true;
        while (hasMore) {
            hasMore = until(System.nanoTime() + Integer.MAX_VALUE);
        }
    }

    /** No key is visited any more. */
    public void stop() {
        if (keys != null) {
            keys.close();
            keys = null;
        }
    }
}
