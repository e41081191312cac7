package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * Rows that stayed where they are, because a change of theirs was refused, while the changes that follow name another
 * partition, or none that can be told. What comes next of such a key deletes the row where it stayed, too.
 *
 * <p>A place too many does no harm, as there is no row of the key to be left there; one that is missing would leave the row
 * there for good. So after a restore every subtask knows all of them, whichever has the key now; the first one keeps those
 * in the state that the others have deleted since. There are no more of them than changes were refused.
 */
final class StayedRows {

    private static final ListStateDescriptor<ChangelogRow> STATE =
            new ListStateDescriptor<>("stayed-rows", WireType.CHANGELOG_ROW);

    private final RowKeys keys = new RowKeys();
    private final Map<Long, Map<BinaryRowData, Set<ChangelogRow>>> byTable = new HashMap<>();
    /** Those of other subtasks, which this one does not keep in the state. */
    private final Set<ChangelogRow> foreign = new HashSet<>();

    private @Nullable ListState<ChangelogRow> state;

    static StayedRows restore(StateInitializationContext context, TaskInfo task) throws Exception {
        StayedRows rows = new StayedRows();
        rows.state = context.getOperatorStateStore().getUnionListState(STATE);
        for (ChangelogRow row : rows.state.get()) {
            rows.add(row);
            if (task.getIndexOfThisSubtask() > 0) {
                rows.foreign.add(row);
            }
        }
        return rows;
    }

    void snapshot() throws Exception {
        List<ChangelogRow> own = new ArrayList<>();
        byTable.values().forEach(table -> table.values().forEach(own::addAll));
        own.removeAll(foreign);
        requireNonNull(state).update(own);
    }

    boolean isKnown(ChangelogRow row) {
        Map<BinaryRowData, Set<ChangelogRow>> table = byTable.get(row.schema().tableId());
        return table != null && table.containsKey(keys.of(row));
    }

    void add(ChangelogRow row) {
        byTable.computeIfAbsent(row.schema().tableId(), table -> new HashMap<>())
                .computeIfAbsent(keys.of(row).copy(), key -> new LinkedHashSet<>())
                .add(row);
    }

    /** Forgets all of the table, in which no row stays. */
    void forget(long table) {
        byTable.remove(table);
    }

    /** Forgets those of the row's key. */
    Set<ChangelogRow> take(ChangelogRow row) {
        Map<BinaryRowData, Set<ChangelogRow>> table = byTable.get(row.schema().tableId());
        if (table == null) {
            return Set.of();
        }
        Set<ChangelogRow> stayed = table.remove(keys.of(row));
        if (stayed == null) {
            return Set.of();
        }
        if (table.isEmpty()) {
            byTable.remove(row.schema().tableId());
        }
        return stayed;
    }
}
