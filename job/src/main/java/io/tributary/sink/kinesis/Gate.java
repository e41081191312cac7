package io.tributary.sink.kinesis;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rows of some tables, or of all, back until the checkpoint after them is complete; the rows of all others pass, and so do
 * those of some tables that are sure to come again ({@link ChangelogRow#isRepeated}). That a table is held, as its rows are half of
 * something, is told with the checkpoint as {@link Holds} does.
 *
 * <p>What SQL makes is not the same when it is made again after a failure: a row of the lost attempt may never come again,
 * and nothing would take it back from a stream that cannot be taken back. So only what is in a complete checkpoint leaves.
 * Rows that wait are on the heap and in the operator's state.
 */
final class Gate extends AbstractStreamOperator<ChangelogRow>
        implements OneInputStreamOperator<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final @Nullable Set<String> tables;

    private transient List<ChangelogRow> current;
    private transient NavigableMap<Long, List<ChangelogRow>> pending;
    private transient NavigableMap<Long, Long> times;
    private transient Holds holds;
    private transient ListState<ChangelogRow> state;
    private transient ListState<ChangelogRow> heldState;

    @SuppressWarnings("NullAway.Init")
    private Gate(@Nullable Set<String> tables) {
        this.tables = tables;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    static Gate of(Set<String> tables) {
        return new Gate(Set.copyOf(tables));
    }

    static Gate ofAll() {
        return new Gate(null);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        current = new ArrayList<>();
        pending = new TreeMap<>();
        times = new TreeMap<>();
        holds = new Holds();
        state = context.getOperatorStateStore()
                .getListState(new ListStateDescriptor<>("waiting", WireType.CHANGELOG_ROW));
        heldState =
                context.getOperatorStateStore().getListState(new ListStateDescriptor<>("held", WireType.CHANGELOG_ROW));
        heldState.get().forEach(holds::restore);
        List<ChangelogRow> complete = new ArrayList<>();
        state.get().forEach(complete::add);
        // What a restored checkpoint holds is complete.
        pending.put(context.getRestoredCheckpointId().orElse(0), complete);
    }

    @Override
    public void open() throws Exception {
        super.open();
        release(Long.MAX_VALUE);
    }

    @Override
    public void processElement(StreamRecord<ChangelogRow> element) {
        ChangelogRow row = element.getValue();
        if (row.isHeld()) {
            if (row.audience().isFor(Audience.KINESIS)) {
                holds.hold(row);
            }
            return;
        }
        if (tables != null && (row.isRepeated() || !tables.contains(row.table()))) {
            output.collect(element);
            return;
        }
        if (row.kind() != RowKind.UPDATE_BEFORE) {
            current.add(row);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // Before the rows that are held.
        current.addAll(0, holds.atCheckpoint(context.getCheckpointTimestamp()));
        times.put(context.getCheckpointId(), context.getCheckpointTimestamp());
        if (!current.isEmpty()) {
            pending.put(context.getCheckpointId(), current);
            current = new ArrayList<>();
        }
        List<ChangelogRow> waiting = new ArrayList<>();
        pending.values().forEach(waiting::addAll);
        state.update(waiting);
        heldState.update(new ArrayList<>(holds.open()));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        Long time = times.get(checkpointId);
        if (time != null) {
            holds.complete(time);
        }
        times.headMap(checkpointId, true).clear();
        release(checkpointId);
    }

    /** At the end of all input nothing is made again. */
    @Override
    public void finish() throws Exception {
        release(Long.MAX_VALUE);
        current.forEach(row -> output.collect(new StreamRecord<>(row)));
        current.clear();
        holds.end().forEach(row -> output.collect(new StreamRecord<>(row)));
        super.finish();
    }

    private void release(long checkpointId) {
        NavigableMap<Long, List<ChangelogRow>> complete = pending.headMap(checkpointId, true);
        complete.values().forEach(rows -> rows.forEach(row -> output.collect(new StreamRecord<>(row))));
        complete.clear();
    }
}
