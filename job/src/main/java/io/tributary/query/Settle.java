package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the planner says about the rows of an output into an exact changelog: for each key the net effect of a
 * bundle of changes, with a version, and nothing where nothing changed.
 *
 * <p>The planner replaces rows in steps, and the steps for one key may come out of order from different subtasks. So the
 * rows of a key are kept and retracted by their content, as Flink's SinkUpsertMaterializer does. Bundles live on the heap
 * and are handed on by time, by size, and before every checkpoint, whose state hence holds no bundle.
 */
final class Settle extends AbstractStreamOperator<ChangelogRow>
        implements OneInputStreamOperator<ChangelogRow, ChangelogRow>, ProcessingTimeCallback {

    private static final long serialVersionUID = 1L;

    private final List<Schema> outputs;
    private final PlanGuard guard;
    private final FilledTables filled;
    private final long interval;
    private final int most;
    private final Clock wall;

    private transient ValueState<byte[]> rows;
    private transient ListState<Long> lastVersion;
    private transient VersionClock clock;
    private transient Map<TableKey, List<ChangelogRow>> bundle;
    private transient Map<Long, Output> byTable;
    private transient int bundled;
    private transient @Nullable ScheduledFuture<?> timer;

    @SuppressWarnings("NullAway.Init")
    Settle(List<Schema> outputs, PlanGuard guard, FilledTables filled, Duration interval, int most, Clock wall) {
        this.outputs = List.copyOf(outputs);
        this.guard = guard;
        this.filled = filled;
        this.interval = interval.toMillis();
        this.most = most;
        this.wall = wall;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        rows = context.getKeyedStateStore()
                .getState(new ValueStateDescriptor<>("rows", BytePrimitiveArraySerializer.INSTANCE));
        lastVersion = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("last-version", LongSerializer.INSTANCE));
        guard.restore(context);
        filled.restore(context);
        long last = 0;
        for (long version : lastVersion.get()) {
            last = Math.max(last, version);
        }
        clock = new VersionClock(wall, last);
    }

    @Override
    public void open() throws Exception {
        super.open();
        bundle = new LinkedHashMap<>();
        byTable = new HashMap<>();
        for (Schema output : outputs) {
            byTable.put(output.tableId(), new Output(output, getMetricGroup()));
        }
    }

    @Override
    public void processElement(StreamRecord<ChangelogRow> element) throws Exception {
        bundle.computeIfAbsent((TableKey) getCurrentKey(), first -> new ArrayList<>(2))
                .add(element.getValue());
        bundled++;
        if (bundled >= most || interval == 0) {
            flush();
            return;
        }
        if (timer == null) {
            ProcessingTimeService time = getProcessingTimeService();
            timer = time.registerTimer(time.getCurrentProcessingTime() + interval, this);
        }
    }

    @Override
    public void onProcessingTime(long time) throws Exception {
        timer = null;
        flush();
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        flush();
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        lastVersion.update(List.of(clock.last()));
    }

    private void flush() throws Exception {
        for (Map.Entry<TableKey, List<ChangelogRow>> entry : bundle.entrySet()) {
            setCurrentKey(entry.getKey());
            settle(entry.getValue());
        }
        bundle.clear();
        bundled = 0;
    }

    private void settle(List<ChangelogRow> changes) throws Exception {
        Schema schema = changes.get(0).schema();
        Output output = output(schema);
        byte[] stored = rows.value();
        KeyRows kept = KeyRows.of(schema.arity(), stored);
        BinaryRowData before = kept.current();
        for (ChangelogRow change : changes) {
            switch (change.kind()) {
                case INSERT:
                case UPDATE_AFTER:
                    kept.add(change.row());
                    break;
                case UPDATE_BEFORE:
                case DELETE:
                    if (!kept.retract(change.row())) {
                        output.unknownRetractions.inc();
                    }
                    break;
            }
        }
        if (kept.count() > 1) {
            output.ambiguousKeys.inc();
        }
        byte[] now = kept.toBytes();
        if (now == null) {
            rows.clear();
        } else if (!Arrays.equals(now, stored)) {
            rows.update(now);
        }
        emit(output, before, kept.current());
    }

    Output output(Schema schema) {
        Output output = byTable.get(schema.tableId());
        if (output == null) {
            throw new IllegalStateException("No SQL file makes " + schema);
        }
        return output;
    }

    private void emit(Output output, @Nullable BinaryRowData before, @Nullable BinaryRowData after) {
        if (before == null ? after == null : before.equals(after)) {
            return;
        }
        Position version = clock.next();
        if (after == null) {
            emit(entry(RowKind.DELETE, output, version, requireNonNull(before)));
        } else if (before != null) {
            emit(entry(RowKind.UPDATE_BEFORE, output, version, before));
            emit(entry(RowKind.UPDATE_AFTER, output, version, after));
        } else if (filled.contains(output.schema)) {
            emit(entry(RowKind.UPDATE_BEFORE, output, version, output.keyOnly(after))
                    .blindly());
            emit(entry(RowKind.UPDATE_AFTER, output, version, after).blindly());
        } else {
            emit(entry(RowKind.INSERT, output, version, after));
        }
    }

    private ChangelogRow entry(RowKind kind, Output output, Position version, BinaryRowData row) {
        return ChangelogRow.of(kind, output.schema, version, wall.millis(), row);
    }

    private void emit(ChangelogRow entry) {
        output.collect(new StreamRecord<>(entry));
    }
}
