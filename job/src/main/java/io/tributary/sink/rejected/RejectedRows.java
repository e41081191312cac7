package io.tributary.sink.rejected;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.LastCheckpoint;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of dead letters, all of them INSERTs, and fails the job when there are too many.
 *
 * <p>A letter's number goes up by one from letter to letter and is kept in the state, together with the time the count
 * began: as often as a record is rejected, so many letters there are, and what an earlier job left in the table keeps its
 * own ids. Letters that a checkpoint did not take in are made again after a restart, under numbers nobody has seen.
 */
public final class RejectedRows extends ProcessFunction<Rejected, ChangelogRow> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final RejectedSettings settings;

    private transient Schema schema;
    private transient RowDataSerializer rows;
    private transient Counter letters;
    private transient ListState<Long> state;
    private transient long began;
    private transient long count;

    @SuppressWarnings("NullAway.Init")
    RejectedRows(RejectedSettings settings) {
        this.settings = settings;
    }

    /** The rows leave one subtask, because the letters are counted there. */
    public static DataStream<ChangelogRow> of(DataStream<Rejected> rejected, RejectedSettings settings, String uid) {
        return rejected.process(new RejectedRows(settings), WireType.CHANGELOG_ROW)
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid(uid)
                .name("dead letters");
    }

    /** The table of dead letters: what rejected it, whose row it was, when, why, the record itself and its position. */
    public static Schema schema(String table) {
        LogicalType text = new VarCharType(VarCharType.MAX_LENGTH);
        return Schema.of(
                table,
                List.of(
                        Column.of("id", text.copy(false)),
                        Column.of("system", text),
                        Column.of("source_table", text),
                        Column.of("rejected_at", new LocalZonedTimestampType(6)),
                        Column.of("reason", text),
                        Column.of("raw", new VarBinaryType(VarBinaryType.MAX_LENGTH)),
                        Column.of("position", text)),
                List.of("id"));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("letters", Types.LONG));
        began = System.currentTimeMillis();
        count = 0;
        if (context.isRestored()) {
            restore(state.get());
        }
    }

    private void restore(Iterable<Long> values) {
        Iterator<Long> numbers = values.iterator();
        if (numbers.hasNext()) {
            began = numbers.next();
            count = numbers.next();
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(List.of(began, count));
    }

    @Override
    @SuppressWarnings("NullAway.Init")
    public void open(Configuration parameters) {
        schema = schema(settings.table());
        rows = new RowDataSerializer(schema.rowType());
        letters = getRuntimeContext().getMetricGroup().counter("deadLetters");
        letters.inc(count);
        Counter all = letters;
        settings.cloudWatch().gauge(getRuntimeContext().getMetricGroup(), "deadLetters", all::getCount);
    }

    @Override
    public void processElement(Rejected rejected, Context context, Collector<ChangelogRow> out) {
        count++;
        letters.inc();
        Long limit = settings.limit();
        if (limit != null && count > limit) {
            throw new SuppressRestartsException(
                    new TooManyRejectedException(limit, rejected, LastCheckpoint.of(getRuntimeContext())));
        }
        Position version = Position.of(TimeUnit.MILLISECONDS.toMicros(rejected.timestamp()), count);
        Position position = rejected.position();
        GenericRowData row = GenericRowData.of(
                StringData.fromString(String.format("%012x-%016x", began, count)),
                StringData.fromString(rejected.system()),
                text(rejected.table()),
                TimestampData.fromEpochMillis(rejected.timestamp()),
                StringData.fromString(rejected.reason()),
                rejected.raw(),
                text(position == null ? null : position.toHex()));
        out.collect(ChangelogRow.of(
                RowKind.INSERT,
                schema,
                version,
                rejected.timestamp(),
                rows.toBinaryRow(row).copy()));
    }

    private static @Nullable StringData text(@Nullable String value) {
        return value == null ? null : StringData.fromString(value);
    }
}
