package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.ServerIdentity;
import io.tributary.capture.postgres.server.SlotPosition;
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
public final class PostgresSource implements Source<Captured, Split, SnapshotState> {

    private static final long serialVersionUID = 1L;

    private final PostgresSettings settings;
    private final long start;
    private final Era era;
    private final long system;
    private final int timeline;
    private final Tables tables;

    /**
     * @param era the history that a job without state begins
     * @param tables a table of which a resync is wanted has no other snapshot
     */
    public PostgresSource(
            PostgresSettings settings, SlotPosition start, Era era, ServerIdentity server, Tables tables) {
        this.settings = settings;
        this.start = era.at(start.lsn());
        this.era = era;
        this.system = server.system();
        this.timeline = server.timeline();
        this.tables = tables;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<Split, SnapshotState> createEnumerator(SplitEnumeratorContext<Split> context) {
        List<Uncut> uncut = settings.tables().stream()
                .map(PostgresTable::toString)
                .filter(table -> tables.resync(table) == null)
                .map(table -> Uncut.table(table, start))
                .collect(Collectors.toList());
        SlotSplit slot = SlotSplit.of(start, system, timeline, start, SlotSplit.RUNNING)
                .in(era, start)
                .with(tables);
        return restoreEnumerator(context, new SnapshotState(slot, false, 0, uncut, List.of(), List.of()));
    }

    @Override
    public SplitEnumerator<Split, SnapshotState> restoreEnumerator(
            SplitEnumeratorContext<Split> context, SnapshotState state) {
        return new Enumerator(context, settings, state.only(table -> settings.table(table) != null));
    }

    @Override
    public SimpleVersionedSerializer<Split> getSplitSerializer() {
        return SplitSerializer.INSTANCE;
    }

    @Override
    public SimpleVersionedSerializer<SnapshotState> getEnumeratorCheckpointSerializer() {
        return new SnapshotState.Serializer();
    }

    @Override
    public SourceReader<Captured, Split> createReader(SourceReaderContext context) {
        return Reader.of(settings, context);
    }
}
