package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.sink.Outputs;
import io.tributary.sink.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * All tables into Iceberg: for each branch writers of files, chained to the stage that makes it, and one committer for all.
 *
 * <p>Commits are made when a checkpoint is complete, so without checkpoints there are none.
 */
public final class IcebergSink implements Sink {

    private final IcebergSettings settings;
    private final Map<String, String> identities;
    private final Guarded guarded;
    private final VersionColumn versions;
    private final ChangesTables changes;
    private final SourceTables sources;

    public IcebergSink(IcebergSettings settings) {
        this(settings, Map.of());
    }

    /** @param identities by table, of those that files make, what is remembered of a file that is set aside */
    public IcebergSink(IcebergSettings settings, Map<String, String> identities) {
        this(
                settings,
                identities,
                Guarded.nothing(),
                VersionColumn.of(settings),
                ChangesTables.of(settings, Set.of()),
                SourceTables.unknown());
    }

    private IcebergSink(
            IcebergSettings settings,
            Map<String, String> identities,
            Guarded guarded,
            VersionColumn versions,
            ChangesTables changes,
            SourceTables sources) {
        this.changes = changes;
        this.sources = sources;
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
        return new IcebergSink(settings, identities, new Guarded(remedies, start), versions, changes, sources);
    }

    /** The same, for tables of which rows that are gone are known in all their columns, for whom keeps changes. */
    public IcebergSink knowing(Set<String> whole) {
        return new IcebergSink(settings, identities, guarded, versions, ChangesTables.of(settings, whole), sources);
    }

    /** The same, whose snapshots say up to where in their sources the tables are complete. */
    public IcebergSink telling(SourceTables newSources) {
        return new IcebergSink(settings, identities, guarded, versions, changes, newSources);
    }

    /** For rows that no other has a version of. */
    public static IcebergSink withoutVersions(IcebergSettings settings) {
        return new IcebergSink(
                settings,
                Map.of(),
                Guarded.nothing(),
                VersionColumn.none(),
                ChangesTables.none(),
                SourceTables.unknown());
    }

    @Override
    public DataStream<Rejected> write(Outputs outputs, String uid) {
        List<DataStream<byte[]>> files = new ArrayList<>();
        List<DataStream<Rejected>> rejected = new ArrayList<>();
        int writers = outputs.branches().size();
        outputs.branches().forEach((name, rows) -> {
            String ofBranch = name.equals(Outputs.FIRST) ? "" : "-" + name;
            SingleOutputStreamOperator<byte[]> written = writer(rows, writers).uid(uid + "-writer" + ofBranch);
            files.add(written);
            rejected.add(written.getSideOutput(WriterOperator.REJECTED));
        });
        if (outputs.taken() != null) {
            files.add(outputs.taken());
        }
        united(files)
                .transform(
                        "Iceberg: commit",
                        Types.VOID,
                        new CommitterOperator(settings, guarded, identities.keySet(), sources))
                .uid(uid + "-committer")
                .forceNonParallel()
                .disableChaining();
        return united(rejected);
    }

    private SingleOutputStreamOperator<byte[]> writer(DataStream<ChangelogRow> rows, int writers) {
        Integer parallelism = settings.writeParallelism();
        boolean chained = parallelism == null || parallelism == rows.getParallelism();
        return (chained ? rows : byKey(rows))
                .transform(
                        "Iceberg: write files",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new WriterOperator(
                                settings,
                                identities,
                                versions,
                                changes,
                                Math.max(1, settings.keysInMemory() / writers)))
                .setParallelism(parallelism == null ? rows.getParallelism() : parallelism);
    }

    private static <T> DataStream<T> united(List<DataStream<T>> streams) {
        return streams.stream()
                .reduce(DataStream::union)
                .orElseThrow(() -> new IllegalStateException("There is nothing to write"));
    }

    /** A plain stream, because the writers have no keyed state. */
    private static DataStream<ChangelogRow> byKey(DataStream<ChangelogRow> rows) {
        return new DataStream<>(
                rows.getExecutionEnvironment(), rows.keyBy(new KeyHash()).getTransformation());
    }
}
