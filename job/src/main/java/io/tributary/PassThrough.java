package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.settings.NamePatterns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Lets the tables through that go to the targets as they are; and, of those that did so and are captured no longer, what deletes
 * their rows there. Beside that it puts the job's {@link Inventory} into each savepoint.
 */
final class PassThrough extends RichFilterFunction<ChangelogRow> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("tables-passed", Types.STRING);

    private final NamePatterns tables;
    private final HashSet<String> captured;
    private transient @Nullable Map<String, Boolean> passes;
    private transient @Nullable Set<String> passed;
    private transient @Nullable ListState<String> state;
    private transient @Nullable ListState<String> inventory;

    /**
     * @param captured the tables that are captured now, whether they pass or not
     */
    PassThrough(NamePatterns tables, Set<String> captured) {
        this.tables = tables;
        this.captured = new HashSet<>(captured);
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        passes = new HashMap<>();
        passed = new HashSet<>();
        state = context.getOperatorStateStore().getUnionListState(STATE);
        for (String table : state.get()) {
            passed.add(table);
        }
        inventory = context.getOperatorStateStore().getListState(SavepointInventory.STATE);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        requireNonNull(state).update(new ArrayList<>(requireNonNull(passed)));
        boolean isFirst = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        String text = getRuntimeContext().getGlobalJobParameters().get(Inventory.PARAMETER);
        requireNonNull(inventory).update(isFirst && text != null ? List.of(text) : List.of());
    }

    @Override
    public boolean filter(ChangelogRow row) {
        boolean isOfATable = requireNonNull(passes).computeIfAbsent(row.table(), this::isToPass) || isFarewell(row);
        return isOfATable && row.audience().isForTargets();
    }

    private boolean isToPass(String table) {
        if (!tables.contains(table)) {
            return false;
        }
        requireNonNull(passed).add(table);
        return true;
    }

    private boolean isFarewell(ChangelogRow row) {
        return row.kind() == RowKind.DELETE
                && !captured.contains(row.table())
                && requireNonNull(passed).contains(row.table());
    }
}
