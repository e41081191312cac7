package io.tributary.sink.kinesis;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.load.Load;
import io.tributary.load.LoadSettings;
import io.tributary.settings.NamedKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of rows: partition key and data. Ahead of the first row of each shape of a table goes the record of
 * the shape; each subtask sends it once after every start. What does not fit a record goes to {@link #REJECTED}.
 *
 * <p>The shape of each table is kept in a union list: a subtask that restores knows what any of them had seen, so that
 * no table's shape ever shrinks.
 */
final class RecordEncoder extends ProcessFunction<ChangelogRow, Tuple2<String, byte[]>>
        implements CheckpointedFunction {

    static final TypeInformation<Tuple2<String, byte[]>> RECORD =
            Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));
    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    /** Records without keys, for files. */
    static final OutputTag<byte[]> FILES =
            new OutputTag<>("files", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final long serialVersionUID = 1L;
    private static final String SYSTEM = "kinesis";

    /** Of a line that is copied into Redshift. */
    private static final long LARGEST_LINE = 4L << 20;

    private final long limit;
    private final Map<String, OutputTag<Tuple2<String, byte[]>>> streams;
    private final HashSet<String> replaced;
    private final UnfitPolicy unfit;
    private final LoadSettings loads;

    private transient Cuts cuts;
    private transient RecordShapes shapes;
    private transient Set<Long> announced;
    private transient Set<Long> announcedInFiles;
    private transient JsonBuffer buffer;
    private transient PartitionKey partitionKey;
    private transient Map<Long, SendMetrics> metrics;
    private transient ListState<Schema> state;

    /**
     * @param limit the most bytes a record may have, partition key included
     * @param unfit what becomes of values that the warehouse cannot hold
     * @param streams an output for each table that has a stream of its own; if there is none, all records leave by the
     *     main output
     * @param replaced tables whose shapes of before do not count
     * @param loads which records go to {@link #FILES}
     */
    @SuppressWarnings("NullAway.Init")
    RecordEncoder(
            long limit,
            UnfitPolicy unfit,
            Map<String, OutputTag<Tuple2<String, byte[]>>> streams,
            Set<String> replaced,
            LoadSettings loads) {
        this.limit = limit;
        this.unfit = unfit;
        this.streams = streams;
        this.replaced = new HashSet<>(replaced);
        this.loads = loads;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        shapes = new RecordShapes();
        announced = new HashSet<>();
        announcedInFiles = new HashSet<>();
        buffer = new JsonBuffer();
        cuts = new Cuts();
        partitionKey = new PartitionKey();
        metrics = new HashMap<>();
        state = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("shapes", WireType.SCHEMA));
        for (Schema schema : state.get()) {
            if (!replaced.contains(schema.table())) {
                shapes.restore(schema);
            }
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.update(new ArrayList<>(shapes.merged()));
    }

    @Override
    public void processElement(ChangelogRow row, Context context, Collector<Tuple2<String, byte[]>> out) {
        if (row.kind() == RowKind.UPDATE_BEFORE
                || row.isSetAside()
                || !row.audience().isFor(Audience.KINESIS)) {
            return;
        }
        if (row.isReplacement()) {
            shapes.forget(row.schema());
        }
        RecordShapes.RecordShape shape = shapes.of(row.schema());
        FlatJson json = shape.json(row.isOfTable() ? RowKind.INSERT : row.kind());
        if (json == null) {
            reject(row, shape.refusal(), readable(row), context);
            return;
        }
        Load load = loads.of(row.table());
        OutputTag<Tuple2<String, byte[]>> stream = streams.get(row.table());
        if (stream == null && !streams.isEmpty() && load != Load.FILES) {
            reject(
                    row,
                    "Table " + row.table() + " has no Kinesis stream: " + KinesisSettings.STREAM_PER_TABLE.key()
                            + " is set and the table was not known when the job started; start it again",
                    encoded(json, row),
                    context);
            return;
        }
        String key = partitionKey.of(json, row.row());
        buffer.clear();
        json.write(row, operation(row), cuts.clear(unfit.of(row.table())), buffer);
        if (!cuts.refused().isEmpty()) {
            reject(
                    row,
                    "Of table " + row.table() + ", key " + key + ", the warehouse cannot hold "
                            + String.join(", ", cuts.refused()) + ": a text there has more than " + StringFit.MOST_BYTES
                            + " bytes, or the character U+0000. Shorten it in a SQL file, or, if it is not of the key, set "
                            + NamedKey.ofTable(row.table(), KinesisSettings.UNFIT_VALUES.key()) + " to truncate",
                    buffer.toBytes(),
                    context);
            return;
        }
        if (buffer.isMalformed()) {
            reject(
                    row,
                    "A text of table " + row.table() + ", key " + key + ", holds bytes that are not UTF-8, which"
                            + " JSON cannot carry: turn them into text in the SQL file with DECODE",
                    buffer.toBytes(),
                    context);
            return;
        }
        boolean isForFiles = load == Load.FILES || (load == Load.AUTO && (isReadWhole(row) || sizeWith(key) > limit));
        if (!announce(row, json, key, isForFiles, stream, context, out)) {
            return;
        }
        if (emit(row, key, "The record", isForFiles, stream, context, out)
                && !cuts.columns().isEmpty()) {
            metricsOf(row).cut(cuts.columns().size());
        }
    }

    /** Whether the row is one of many that come at once, as their source was read for them. */
    private static boolean isReadWhole(ChangelogRow row) {
        return row.isSnapshot() && !row.isOfTable() && row.kind() != RowKind.DELETE;
    }

    private long sizeWith(String key) {
        return (long) buffer.length() + key.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Tells the shape, on the way that the record goes; false, and a rejection, if that is too large. The record stays in the buffer. */
    private boolean announce(
            ChangelogRow row,
            FlatJson json,
            String key,
            boolean isForFiles,
            @Nullable OutputTag<Tuple2<String, byte[]>> stream,
            Context context,
            Collector<Tuple2<String, byte[]>> out) {
        Set<Long> told = isForFiles ? announcedInFiles : announced;
        if (told.contains(json.shown().fingerprint())) {
            return true;
        }
        JsonBuffer record = buffer;
        buffer = new JsonBuffer();
        json.writeSchema(row, buffer);
        boolean isTold = emit(row, key, "The description of its columns", isForFiles, stream, context, out);
        buffer = record;
        if (isTold) {
            told.add(json.shown().fingerprint());
        }
        return isTold;
    }

    /** False, and a rejection, if what the buffer holds is too large. */
    private boolean emit(
            ChangelogRow row,
            String key,
            String what,
            boolean isForFiles,
            @Nullable OutputTag<Tuple2<String, byte[]>> stream,
            Context context,
            Collector<Tuple2<String, byte[]>> out) {
        if (isForFiles) {
            return emitForFiles(row, key, what, context);
        }
        long size = sizeWith(key);
        if (size > limit) {
            reject(
                    row,
                    what + " of table " + row.table() + ", key " + key + ", has " + size + " bytes and "
                            + KinesisSettings.MAX_RECORD_SIZE.key() + " is " + limit
                            + ": raise it with the stream's own limit (at most 10 mb), set " + LoadSettings.LOAD.key()
                            + " to auto, or leave the large column out in a SQL file",
                    buffer.toBytes(),
                    context);
            return false;
        }
        metricsOf(row).sent(size);
        Tuple2<String, byte[]> entry = Tuple2.of(key, buffer.toBytes());
        if (stream == null) {
            out.collect(entry);
        } else {
            context.output(stream, entry);
        }
        return true;
    }

    private boolean emitForFiles(ChangelogRow row, String key, String what, Context context) {
        if (buffer.length() >= LARGEST_LINE) {
            reject(
                    row,
                    what + " of table " + row.table() + ", key " + key + ", has " + buffer.length()
                            + " bytes, and Redshift copies no line of more than " + LARGEST_LINE
                            + ": leave the large column out in a SQL file",
                    buffer.toBytes(),
                    context);
            return false;
        }
        metricsOf(row).sent(buffer.length());
        context.output(FILES, buffer.toBytes());
        return true;
    }

    private static byte[] readable(ChangelogRow row) {
        return ReadableRow.json(row.schema(), row.row()).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] encoded(FlatJson json, ChangelogRow row) {
        buffer.clear();
        json.write(row, operation(row), cuts.clear(UnfitValues.REJECT), buffer);
        return buffer.toBytes();
    }

    private void reject(ChangelogRow row, String reason, byte[] raw, Context context) {
        metricsOf(row).rejected();
        long now = context.timerService().currentProcessingTime();
        context.output(REJECTED, Rejected.of(SYSTEM, row.table(), now, reason, raw, row.version()));
    }

    private SendMetrics metricsOf(ChangelogRow row) {
        return metrics.computeIfAbsent(
                row.schema().tableId(),
                id -> new SendMetrics(getRuntimeContext().getMetricGroup(), row.table()));
    }

    private static char operation(ChangelogRow row) {
        if (row.isReplacement()) {
            return FlatJson.REPLACEMENT;
        }
        if (row.isOfTable()) {
            return row.isHeld() ? FlatJson.HOLD : FlatJson.RELEASE;
        }
        switch (row.kind()) {
            case INSERT:
                return row.isSnapshot() ? 'r' : 'c';
            case UPDATE_AFTER:
                return row.isSnapshot() ? 'r' : 'u';
            case DELETE:
                return 'd';
            case UPDATE_BEFORE:
            default:
                throw new IllegalArgumentException(row + " has no record");
        }
    }
}
