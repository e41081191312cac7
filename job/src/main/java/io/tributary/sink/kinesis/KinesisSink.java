package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.load.Load;
import io.tributary.load.LoadSettings;
import io.tributary.settings.Problems;
import io.tributary.sink.Outputs;
import io.tributary.sink.Sink;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Sends changelogs to Kinesis, or, as the records that Kinesis would have, into files beside it. At least once: after a restart records may come again, and while Kinesis refuses some of
 * a request they may come out of order, so whoever reads them takes the highest {@code _version} of a key.
 */
public final class KinesisSink implements Sink {

    private final KinesisSettings settings;
    private final List<String> tables;
    private final Set<String> remade;
    private final Set<String> replaced;
    private final LoadSettings loads;
    private final Files files;

    /** Takes the records that do not go through Kinesis: the data of each, which has no line breaks. */
    @FunctionalInterface
    public interface Files {
        void write(DataStream<byte[]> records, String uid);
    }

    /**
     * @param tables the names of all tables that will come; each needs a stream when streams are per table
     * @param remade those of them whose rows may differ when they are made again after a failure: what SQL makes
     */
    public KinesisSink(KinesisSettings settings, Collection<String> tables, Set<String> remade) {
        this(settings, tables, remade, Set.of());
    }

    /**
     * As the other, with tables whose content is replaced while the job runs: their columns need not go together with those of
     * before, also where rows come before the entry that says so.
     */
    public KinesisSink(KinesisSettings settings, Collection<String> tables, Set<String> remade, Set<String> replaced) {
        this(
                settings,
                List.copyOf(tables),
                Set.copyOf(remade),
                Set.copyOf(replaced),
                LoadSettings.streamed(),
                (records, uid) -> {});
    }

    private KinesisSink(
            KinesisSettings settings,
            List<String> tables,
            Set<String> remade,
            Set<String> replaced,
            LoadSettings loads,
            Files files) {
        this.settings = settings;
        this.tables = tables;
        this.remade = remade;
        this.replaced = replaced;
        this.loads = loads;
        this.files = files;
    }

    /** The same, with records that do not go through Kinesis, or, where no stream is set, none that does. */
    public KinesisSink beside(LoadSettings byFiles, Files sink) {
        return new KinesisSink(settings, tables, remade, replaced, byFiles, sink);
    }

    /** Adds what keeps the table from being sent: names that clash, types without a form, the name of its stream. */
    public static void check(KinesisSettings settings, Schema schema, Problems problems) {
        FlatJson.problems(schema).forEach(problems::add);
        String stream = settings.streamOf(schema.table());
        if (settings.isStreamPerTable() && !KinesisSettings.isStreamName(stream)) {
            problems.add("The stream of table " + schema.table() + " would be named '" + stream
                    + "', which Kinesis does" + " not allow: give the table another name, or turn off "
                    + KinesisSettings.STREAM_PER_TABLE.key());
        }
    }

    @Override
    public DataStream<Rejected> write(Outputs outputs, String uid) {
        DataStream<ChangelogRow> rows = outputs.united();
        Map<String, OutputTag<Tuple2<String, byte[]>>> streams = new LinkedHashMap<>();
        if (settings.isOn() && settings.isStreamPerTable()) {
            tables.stream()
                    .filter(table -> loads.of(table) != Load.FILES)
                    .forEach(table -> streams.put(table, new OutputTag<>("stream-" + table, RecordEncoder.RECORD)));
        }
        long limit = settings.get(KinesisSettings.MAX_RECORD_SIZE).getBytes();
        SingleOutputStreamOperator<Tuple2<String, byte[]>> records = held(rows, uid)
                .forward()
                .process(new RecordEncoder(limit, settings.unfit(), streams, replaced, loads), RecordEncoder.RECORD)
                .setParallelism(rows.getParallelism())
                .uid(uid + "-encode")
                .name("kinesis: encode");
        if (loads.isByFiles()) {
            files.write(records.getSideOutput(RecordEncoder.FILES), uid + "-files");
        }
        if (streams.isEmpty() && settings.isOn()) {
            ship(records, settings.get(KinesisSettings.STREAM), uid + "-ship");
        }
        streams.forEach(
                (table, tag) -> ship(records.getSideOutput(tag), settings.streamOf(table), uid + "-ship-" + table));
        return records.getSideOutput(RecordEncoder.REJECTED);
    }

    private DataStream<ChangelogRow> held(DataStream<ChangelogRow> rows, String uid) {
        boolean isForSome = settings.get(KinesisSettings.HOLD_UNTIL_CHECKPOINT);
        Gate gate = settings.get(KinesisSettings.HOLD_ALL_UNTIL_CHECKPOINT)
                ? Gate.ofAll()
                : Gate.of(isForSome ? remade : Set.of());
        return rows.forward()
                .transform("kinesis: hold until the checkpoint", WireType.CHANGELOG_ROW, gate)
                .setParallelism(rows.getParallelism())
                .uid(uid + "-gate");
    }

    private void ship(DataStream<Tuple2<String, byte[]>> records, String stream, String uid) {
        records.sinkTo(new WatchedSink(stream, settings))
                .setParallelism(records.getParallelism())
                .uid(uid)
                .name("kinesis: " + stream);
    }
}
