package io.tributary.fill;

import io.tributary.change.TableKey;
import java.util.BitSet;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * A visit of every key in keyed state, one key group after the other, while keys come and go. At any time it is known which keys are
 * still to be visited; where no group is at work, the groups that were visited say it.
 */
public final class Sweep {

    /** What is done with a key. */
    public interface Visit {
        /** The key is the current one. It may have no row any more. */
        void visit(TableKey key) throws Exception;
    }

    private static final int NONE = -1;

    private final Backend backend;
    private final int groups;
    private final KeyGroupRange range;
    private final Visit visit;
    private final BitSet visited;
    private int group = NONE;
    private @Nullable GroupKeys keys;

    /**
     * @param task of the operator
     * @param visited groups that were visited already
     */
    public Sweep(Backend backend, TaskInfo task, BitSet visited, Visit visit) {
        this.backend = backend;
        this.visit = visit;
        this.visited = (BitSet) visited.clone();
        groups = task.getMaxNumberOfParallelSubtasks();
        range = KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                groups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
    }

    /** Whether the key will be visited if it is in the state by then. */
    public boolean isToCome(TableKey key) {
        int of = group(key);
        return of == group ? keys != null && keys.isLeft(key) : !visited.get(of);
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

    /** Groups that were visited; the one at work is not among them. */
    public BitSet visited() {
        return (BitSet) visited.clone();
    }

    /**
     * Visits keys until the time is over; true if there are more.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    public boolean until(long deadline) throws Exception {
        int count = 0;
        while (group != NONE || begin()) {
            TableKey key = keys == null ? null : keys.nextOfGroup();
            if (key == null) {
                end();
                continue;
            }
            visit(key);
            count++;
            if ((count & 15) == 15 && System.nanoTime() - deadline > 0) {
                return true;
            }
        }
        return false;
    }

    private void visit(TableKey key) throws Exception {
        backend.setCurrentKey(key);
        visit.visit(key);
    }

    /** False if there is no group to be visited. */
    private boolean begin() {
        int next = visited.nextClearBit(range.getStartKeyGroup());
        if (next > range.getEndKeyGroup()) {
            stop();
            return false;
        }
        if (keys == null || keys.isFull()) {
            stop();
            keys = new GroupKeys(backend.keys(), groups);
        }
        keys.begin(next);
        group = next;
        return true;
    }

    private void end() {
        visited.set(group);
        group = NONE;
    }

    /** Visits the rest of the group at work, so that a checkpoint can be taken; true if there are others. */
    public boolean finishGroup() throws Exception {
        while (group != NONE && keys != null) {
            TableKey key = keys.nextOfGroup();
            if (key == null) {
                end();
            } else {
                visit(key);
            }
        }
        return visited.nextClearBit(range.getStartKeyGroup()) <= range.getEndKeyGroup();
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
