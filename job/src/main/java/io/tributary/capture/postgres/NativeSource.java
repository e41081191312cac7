package io.tributary.capture.postgres;

import io.tributary.change.Captured;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Our own reader: chunks of the tables by COPY, in parallel, and the slot beside them or after them. Nothing holds the two
 * together but the positions: each change of a row from the slot is newer than the row in the snapshot.
 */
final class NativeSource implements Source<Captured, NativeSplit, SnapshotState> {

    private static final long serialVersionUID = 1L;

    private final PostgresSettings settings;
    private final long start;
    private final long system;
    private final int timeline;

    NativeSource(PostgresSettings settings, SlotPosition start, ServerIdentity server) {
        this.settings = settings;
        this.start = start.lsn();
        this.system = server.system();
        this.timeline = server.timeline();
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<NativeSplit, SnapshotState> createEnumerator(SplitEnumeratorContext<NativeSplit> context) {
        List<String> tables =
                settings.tables().stream().map(CapturedTable::toString).collect(Collectors.toList());
        SlotSplit slot = SlotSplit.of(start, system, timeline, start, SlotSplit.RUNNING);
        return restoreEnumerator(context, new SnapshotState(slot, false, 0, tables, List.of()));
    }

    @Override
    public SplitEnumerator<NativeSplit, SnapshotState> restoreEnumerator(
            SplitEnumeratorContext<NativeSplit> context, SnapshotState state) {
        return new NativeEnumerator(context, settings, state);
    }

    @Override
    public SimpleVersionedSerializer<NativeSplit> getSplitSerializer() {
        return NativeSplitSerializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<SnapshotState> getEnumeratorCheckpointSerializer() {
        return new SnapshotState.Serializer();
    }

    @Override
    public SourceReader<Captured, NativeSplit> createReader(SourceReaderContext context) {
        return NativeReader.of(settings, context);
    }
}
