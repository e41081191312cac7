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
    private final Guarded guarded;
    private final VersionColumn versions;

    public IcebergSink(IcebergSettings settings) {
        this(settings, Map.of());
    }

    /** @param identities by table, of those that files make, what is remembered of a file that is set aside */
    public IcebergSink(IcebergSettings settings, Map<String, String> identities) {
        this(settings, identities, Guarded.nothing(), VersionColumn.of(settings));
    }

    private IcebergSink(
            IcebergSettings settings, Map<String, String> identities, Guarded guarded, VersionColumn versions) {
        this.settings = settings;
        this.identities = Map.copyOf(identities);
        this.guarded = guarded;
        this.versions = versions;
    }

    /**
     * The same, which does not go on where somebody has taken away what it committed.
     *
     * @param remedies of each table that is looked at: what people are to do, in sentences
     * @param start tells one start of the job from others; it looks once for each
     */
    public IcebergSink guarding(Map<String, String> remedies, String start) {
        return new IcebergSink(settings, identities, new Guarded(remedies, start), versions);
    }

    /** For rows that no other has a version of. */
    public static IcebergSink withoutVersions(IcebergSettings settings) {
        return new IcebergSink(settings, Map.of(), Guarded.nothing(), VersionColumn.none());
    }

    @Override
    public DataStream<Rejected> write(DataStream<ChangelogRow> rows, String uid) {
        Integer parallelism = settings.writeParallelism();
        boolean chained = parallelism == null || parallelism == rows.getParallelism();
        DataStream<ChangelogRow> byKey = chained ? rows : byKey(rows);
        SingleOutputStreamOperator<byte[]> files = byKey.transform(
                        "Iceberg: write files",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new WriterOperator(settings, identities, versions))
                .uid(uid + "-writer")
                .setParallelism(parallelism == null ? rows.getParallelism() : parallelism);
        files.transform(
                        "Iceberg: commit",
                        org.apache.flink.api.common.typeinfo.Types.VOID,
                        new CommitterOperator(settings, guarded, identities.keySet()))
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
