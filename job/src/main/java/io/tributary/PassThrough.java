package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.settings.NamePatterns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.FilterFunction;
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
 * their rows there.
 */
final class PassThrough implements FilterFunction<ChangelogRow>, CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("tables-passed", Types.STRING);

    private final NamePatterns tables;
    private final HashSet<String> captured;
    private transient @Nullable Map<String, Boolean> passes;
    private transient @Nullable Set<String> passed;
    private transient @Nullable ListState<String> state;

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
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        requireNonNull(state).update(new ArrayList<>(requireNonNull(passed)));
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
