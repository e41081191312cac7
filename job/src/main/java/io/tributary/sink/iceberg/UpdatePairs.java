package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Puts the halves of updates together: an UPDATE_BEFORE waits until its UPDATE_AFTER is there, so that both are written or
 * neither.
 *
 * <p>Assumes that of one key nothing comes between the two, and that both have the same version. All stages before hand them
 * on in one call, so a writer that is chained gets one right after the other, and no barrier comes between them. Where rows
 * come over several channels, halves of other keys may. Only an unaligned checkpoint may part a pair, whose second half is
 * then in the state of a channel: so what waits is part of the checkpoint. Only channels into which rows are parted by
 * {@link KeyHash} know such checkpoints.
 */
final class UpdatePairs {

    private static final ListStateDescriptor<ChangelogRow> STATE =
            new ListStateDescriptor<>("first-halves", WireType.CHANGELOG_ROW);

    private final ListState<ChangelogRow> state;
    private final List<ChangelogRow> waiting = new ArrayList<>();
    private final RowKeys keys = new RowKeys();

    private UpdatePairs(ListState<ChangelogRow> state) {
        this.state = state;
    }

    static UpdatePairs restore(StateInitializationContext context, TaskInfo task) throws Exception {
        UpdatePairs pairs = new UpdatePairs(context.getOperatorStateStore().getUnionListState(STATE));
        KeyHash hash = new KeyHash();
        for (ChangelogRow before : pairs.state.get()) {
            int owner = KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    hash.getKey(before), task.getMaxNumberOfParallelSubtasks(), task.getNumberOfParallelSubtasks());
            if (owner == task.getIndexOfThisSubtask()) {
                pairs.waiting.add(before);
            }
        }
        return pairs;
    }

    void snapshot() throws Exception {
        state.update(waiting);
    }

    void hold(ChangelogRow before) {
        checkNoneWaits(before);
        waiting.add(before);
    }

    /** The UPDATE_BEFORE of an UPDATE_AFTER. Null for other kinds, and if it was written already, as builds before this one did. */
    @Nullable
    ChangelogRow take(ChangelogRow row) {
        if (waiting.isEmpty()) {
            return null;
        }
        for (int i = 0; row.kind() == RowKind.UPDATE_AFTER && i < waiting.size(); i++) {
            ChangelogRow before = waiting.get(i);
            if (before.version().equals(row.version())
                    && before.schema().tableId() == row.schema().tableId()
                    && (waiting.size() == 1 || isOfOneKey(before, row))) {
                return waiting.remove(i);
            }
        }
        checkNoneWaits(row);
        return null;
    }

    private void checkNoneWaits(ChangelogRow row) {
        for (ChangelogRow before : waiting) {
            if (before.schema().tableId() == row.schema().tableId() && isOfOneKey(before, row)) {
                throw new IllegalStateException(before + " is not followed by its second half, but by " + row);
            }
        }
    }

    private boolean isOfOneKey(ChangelogRow one, ChangelogRow other) {
        return keys.of(one).copy().equals(keys.of(other));
    }
}
