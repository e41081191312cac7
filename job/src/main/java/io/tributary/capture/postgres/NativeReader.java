package io.tributary.capture.postgres;

import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;

/**
 * Reads chunks, and the slot if this is the reader that has it. It confirms to the server what complete checkpoints have.
 */
@SuppressWarnings("try") // close() may be interrupted, as that of the class it extends
final class NativeReader extends SourceReaderBase<Captured, Captured, NativeSplit, NativeSplit> {

    private static final int CHUNKS_AHEAD = 2;

    private final Sessions sessions;
    private final Held held;
    private final Confirmations confirmations;

    private NativeReader(
            PostgresSettings settings,
            Sessions sessions,
            Held held,
            Fetchers fetchers,
            Progress progress,
            SourceReaderContext context) {
        super(
                fetchers,
                (captured, output, split) -> {
                    if (captured instanceof Rejected) {
                        progress.rejected();
                    }
                    output.collect(captured);
                },
                context.getConfiguration(),
                context);
        this.confirmations = new Confirmations(settings.confirmDelay());
        this.sessions = sessions;
        this.held = held;
    }

    static NativeReader of(PostgresSettings settings, SourceReaderContext context) {
        Progress progress = new Progress();
        progress.register(context.metricGroup());
        Sessions sessions = new Sessions(settings);
        Held held = new Held(context);
        int reading = Math.min(context.currentParallelism(), settings.snapshotParallelChunks());
        Throttle throttle = new Throttle((double) settings.snapshotRowsPerSecond() / reading);
        SlotReader slot = new SlotReader(settings, sessions, progress, held.snapshotEnd(), held::reached);
        Fetchers fetchers = Fetchers.of(
                () -> new ChunkReader(settings, sessions, throttle, held::read),
                () -> slot,
                context.getConfiguration());
        return new NativeReader(settings, sessions, held.with(slot), fetchers, progress, context);
    }

    /** Those of the state come before. */
    @Override
    public void start() {
        context.sendSourceEventToCoordinator(new ChunksHeld(held.chunks()));
        for (int i = 0; i < CHUNKS_AHEAD; i++) {
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<NativeSplit> splits) {
        List<NativeSplit> unread = new ArrayList<>();
        for (NativeSplit split : splits) {
            if (held.add(split)) {
                unread.add(split);
            }
        }
        super.addSplits(unread);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        held.snapshotRead(((SnapshotRead) event).end());
    }

    @Override
    protected void onSplitFinished(Map<String, NativeSplit> chunks) {
        chunks.forEach((id, chunk) -> context.sendSplitRequest());
    }

    @Override
    protected NativeSplit initializedState(NativeSplit split) {
        return split;
    }

    @Override
    protected NativeSplit toSplitType(String id, NativeSplit split) {
        return held.now(split);
    }

    @Override
    public List<NativeSplit> snapshotState(long checkpoint) {
        List<NativeSplit> splits = super.snapshotState(checkpoint);
        splits.addAll(held.readChunks());
        SlotSplit slot = held.slot();
        if (slot != null) {
            confirmations.taken(checkpoint, slot.position());
        }
        return splits;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        Long position = confirmations.complete(checkpoint);
        if (position != null) {
            held.confirm(position);
        }
    }

    @Override
    public void close() throws Exception {
        sessions.breakOff();
        super.close();
    }
}
