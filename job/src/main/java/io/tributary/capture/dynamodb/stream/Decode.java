package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Records of the stream as changes and dead letters. A gap in the stream is a dead letter of each table.
 *
 * <p>The columns of each table are kept in a union list: a subtask that restores knows what any of them had found, so that no
 * table ever narrows. Subtasks that find columns at the same time know of their own only; downstream merges them.
 */
final class Decode extends ProcessFunction<Tuple2<String, byte[]>, Captured> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;
    private static final byte[] NOTHING = {};

    private final List<ItemTable> tables;
    private final Unwanted otherRecords;
    private final Unwanted unlistedTables;

    private transient List<Captured> made;
    private transient ItemTables items;
    private transient RecordDecoder decoder;
    private transient ListState<Schema> state;
    private transient Counter skipped;
    private transient volatile long gapMillis;

    @SuppressWarnings("NullAway.Init")
    Decode(List<ItemTable> tables, Unwanted otherRecords, Unwanted unlistedTables) {
        this.tables = tables;
        this.otherRecords = otherRecords;
        this.unlistedTables = unlistedTables;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        skipped = metrics.counter("recordsSkipped");
        metrics.gauge("streamGapMilliseconds", () -> gapMillis);
        made = new ArrayList<>();
        items = new ItemTables(tables);
        decoder = new RecordDecoder(items, otherRecords, unlistedTables, metrics.counter("rejected"));
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("columns", WireType.SCHEMA));
        try {
            items.restore(state.get());
        } catch (IllegalStateException e) {
            throw new SuppressRestartsException(e);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(items.schemas());
    }

    @Override
    public void processElement(Tuple2<String, byte[]> record, Context context, Collector<Captured> out) {
        long now = context.timerService().currentProcessingTime();
        StreamGap gap = StreamGap.in(record);
        if (gap != null) {
            gapMillis = gap.length().toMillis();
            tables.forEach(table -> out.collect(letter(gap, table, now)));
            return;
        }
        if (!decoder.decode(record.f0, record.f1, now, made::add)) {
            skipped.inc();
        }
        made.forEach(out::collect);
        made.clear();
    }

    private static Rejected letter(StreamGap gap, ItemTable table, long now) {
        return Rejected.of(RecordDecoder.SYSTEM, table.name(), now, gap.sentence(table), NOTHING, null);
    }
}
