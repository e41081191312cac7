package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.sink.Sink;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * All tables into Iceberg: writers of files, chained to the stage before, and one committer.
 *
 * <p>Commits are made when a checkpoint is complete, so without checkpoints there are none.
 */
public final class IcebergSink implements Sink {

    private final IcebergSettings settings;
    private final Map<String, String> identities;

    public IcebergSink(IcebergSettings settings) {
        this(settings, Map.of());
    }

    /** @param identities by table, of those that files make, what is remembered of a file that is set aside */
    public IcebergSink(IcebergSettings settings, Map<String, String> identities) {
        this.settings = settings;
        this.identities = Map.copyOf(identities);
    }

    @Override
    public DataStream<Rejected> write(DataStream<ChangelogRow> rows, String uid) {
        Integer parallelism = settings.writeParallelism();
        boolean chained = parallelism == null || parallelism == rows.getParallelism();
        DataStream<ChangelogRow> byKey = chained ? rows : byKey(rows);
        SingleOutputStreamOperator<byte[]> files = byKey.transform(
                        "Iceberg: write files",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new WriterOperator(settings, identities))
                .uid(uid + "-writer")
                .setParallelism(parallelism == null ? rows.getParallelism() : parallelism);
        files.transform(
                        "Iceberg: commit",
                        org.apache.flink.api.common.typeinfo.Types.VOID,
                        new CommitterOperator(settings))
                .uid(uid + "-committer")
                .forceNonParallel()
                .disableChaining();
        return files.getSideOutput(WriterOperator.REJECTED);
    }

    /** A plain stream, because the writers have no keyed state. */
    private static DataStream<ChangelogRow> byKey(DataStream<ChangelogRow> rows) {
        return new DataStream<>(
                rows.getExecutionEnvironment(), rows.keyBy(new KeyHash()).getTransformation());
    }
}
