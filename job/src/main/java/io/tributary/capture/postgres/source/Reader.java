package io.tributary.capture.postgres.source;

import io.tributary.capture.SplitsHeld;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SourceReaderBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks, and the slot if this is the reader that has it. It confirms to the server what complete checkpoints have.
 */
@SuppressWarnings("try") // close() may be interrupted, as that of the class it extends
final class Reader extends SourceReaderBase<Captured, Captured, Split, Split> {

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);
    private static final int CHUNKS_AHEAD = 2;

    private final PostgresSettings settings;
    private final Sessions sessions;
    private final ReaderState state;
    private final Confirmations confirmations;
    private boolean isStarted;

    private Reader(
            PostgresSettings settings,
            Sessions sessions,
            ReaderState state,
            Fetchers fetchers,
            ReadProgress progress,
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
        this.settings = settings;
        this.sessions = sessions;
        this.state = state;
    }

    static Reader of(PostgresSettings settings, SourceReaderContext context) {
        ReadProgress progress = new ReadProgress();
        progress.register(context.metricGroup(), settings.cloudWatch());
        Sessions sessions = new Sessions(settings);
        ReaderState state = new ReaderState(context, progress);
        int reading = Math.min(context.currentParallelism(), settings.snapshotParallelChunks());
        Throttle throttle = new Throttle((double) settings.snapshotRowsPerSecond() / reading);
        SlotReader slot =
                new SlotReader(settings, sessions, progress, state.snapshotEnd(), state.scans(), state::reached);
        Fetchers fetchers = Fetchers.of(
                () -> new ChunkReader(settings, sessions, throttle, state::read, context::sendSplitRequest),
                () -> slot,
                context.getConfiguration());
        return new Reader(settings, sessions, state.with(slot), fetchers, progress, context);
    }

    /** Those of the state come before. */
    @Override
    public void start() {
        context.sendSourceEventToCoordinator(new SplitsHeld(state.chunks(), SplitSerializer.INSTANCE));
        isStarted = true;
        state.tellWanted();
        for (int i = 0; i < CHUNKS_AHEAD; i++) {
            context.sendSplitRequest();
        }
    }

    @Override
    public void addSplits(List<Split> splits) {
        List<Split> unread = new ArrayList<>();
        for (Split given : splits) {
            // At once, so that no checkpoint has what targets were told ahead of the rows, and not that they are owed
            // these.
            Split split = given instanceof SlotSplit ? owing((SlotSplit) given) : given;
            if (state.add(split)) {
                unread.add(split);
            }
        }
        super.addSplits(unread);
        if (isStarted) {
            state.tellWanted();
        }
    }

    private SlotSplit owing(SlotSplit given) {
        SlotSplit split = given.owing(settings);
        for (Resync resync : split.tables().wanted()) {
            if (!given.tables().wanted().contains(resync)) {
                LOG.info(
                        "{}: table {} is read again beside the stream, since {}",
                        settings,
                        resync.table(),
                        resync.reason());
            }
        }
        return split;
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        state.scanned((Scanned) event);
    }

    @Override
    protected void onSplitFinished(Map<String, Split> chunks) {
        chunks.forEach((id, chunk) -> context.sendSplitRequest());
    }

    @Override
    protected Split initializedState(Split split) {
        return split;
    }

    @Override
    protected Split toSplitType(String id, Split split) {
        return state.now(split);
    }

    @Override
    public List<Split> snapshotState(long checkpoint) {
        List<Split> splits = super.snapshotState(checkpoint);
        splits.addAll(state.readChunks());
        SlotSplit slot = state.slot();
        if (slot != null) {
            confirmations.taken(checkpoint, slot.position());
        }
        return splits;
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        Long position = confirmations.complete(checkpoint);
        if (position != null) {
            state.confirm(position);
        }
    }

    @Override
    public void close() throws Exception {
        sessions.breakOff();
        super.close();
    }
}
