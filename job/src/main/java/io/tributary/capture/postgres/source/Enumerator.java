package io.tributary.capture.postgres.source;

import io.tributary.capture.Asking;
import io.tributary.capture.SplitsHeld;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.server.Server;
import io.tributary.change.Audience;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the tables into chunks and hands them to the readers that ask; hands the slot to one reader, at once or when the
 * snapshot has been read. It says when all of the snapshot was handed on.
 */
final class Enumerator implements SplitEnumerator<Split, SnapshotState> {

    private static final Logger LOG = LoggerFactory.getLogger(Enumerator.class);

    /** The reader that gets the slot. */
    private static final int SLOT_READER = 0;

    /** Rows that are known by a new key are newer than the deletion of all that were known by the one before. */
    private static final int BEHIND_TRUNCATION = 2;

    private final SplitEnumeratorContext<Split> context;
    private final PostgresSettings settings;
    private final Snapshot snapshot;
    private final Asking<Split> asking;
    private volatile long rowsLeft;
    private volatile int resyncs;
    private volatile int resyncChunksLeft;
    private volatile long resyncRowsLeft;
    private volatile boolean isClosed;
    /** 1 or more until all is known to be read. */
    private volatile int chunksLeft = 1;

    private boolean slotAssigned;
    private boolean cutting;

    Enumerator(SplitEnumeratorContext<Split> context, PostgresSettings settings, SnapshotState state) {
        this.context = context;
        this.asking = new Asking<>(context);
        this.settings = settings;
        this.snapshot = new Snapshot(state);
        this.slotAssigned = state.isSlotAssigned();
    }

    @Override
    public void start() {
        context.metricGroup().gauge("snapshotChunksLeft", () -> chunksLeft);
        context.metricGroup().gauge("snapshotRowsLeft", () -> rowsLeft);
        context.metricGroup().gauge("resyncTables", () -> resyncs);
        context.metricGroup().gauge("resyncChunksLeft", () -> resyncChunksLeft);
        context.metricGroup().gauge("resyncRowsLeft", () -> resyncRowsLeft);
        cutNext();
    }

    private void cutNext() {
        snapshot.settle(context.currentParallelism());
        Uncut entry = snapshot.nextUncut();
        if (entry == null || cutting) {
            return;
        }
        cutting = true;
        PostgresTable table = table(entry.table());
        Scan scan = snapshot.scan(entry.table());
        int readers = Math.min(context.currentParallelism(), settings.snapshotParallelChunks());
        long rows = settings.chunkRows(readers);
        context.callAsync(() -> cut(table, entry, scan, rows), (cut, failure) -> {
            cutting = false;
            if (failure != null) {
                throw new FlinkRuntimeException(
                        "Table " + table + " could not be cut into chunks: " + failure.getMessage(), failure);
            }
            LOG.info("{}: {} chunks of table {}", settings, cut.chunks.size(), table);
            snapshot.cut(entry, scan, cut.start, cut.place, cut.chunks);
            cutNext();
            assign();
        });
    }

    /** Some chunks, and the start of the reading that they are of. */
    private static final class Cut {
        private final long start;
        private final long place;
        private final List<Chunk> chunks;

        /**
         * @param place where the log was when the start was drawn, at the least
         */
        private Cut(long start, long place, List<Chunk> chunks) {
            this.start = start;
            this.place = place;
            this.chunks = chunks;
        }
    }

    /** In a thread of its own. */
    private Cut cut(PostgresTable table, Uncut entry, @Nullable Scan scan, long rows) throws InterruptedException {
        Patience patience = new Patience(settings, "Table " + table);
        while (true) {
            try (Connection connection = JdbcOptions.connectToSource(settings)) {
                Server server = new Server(connection);
                long place = scan == null || entry.start() != Scan.UNCUT
                        ? entry.start()
                        : ResyncStart.draw(server, scan.resync(), () -> isClosed);
                boolean fits = settings.patterns().table(table.schema(), table.name()) != null;
                boolean isGone =
                        (scan != null || fits) && server.find("SELECT to_regclass(?)::text", table.quoted()) == null;
                if (isGone && scan == null) {
                    // Tables that fit a pattern come and go.
                    return new Cut(place, place, List.of());
                }
                if (isGone || place == Scan.UNCUT) {
                    return new Cut(Scan.UNCUT, Scan.UNCUT, List.of());
                }
                ReadAs readAs = scan == null
                        ? snapshot.readAs(entry.table())
                        : scan.resync().readAs();
                long start = scan == null ? place : behind(place, readAs);
                PostgresTable keyed =
                        table.key() == null && !readAs.key().names().isEmpty()
                                ? table.withKey(readAs.key().names())
                                : table;
                List<Chunk> chunks = new ChunkCutter(server, settings.key("postgres.tables"), rows)
                        .cut(keyed, start, entry.relation());
                Audience again = scan == null ? Audience.NOBODY : scan.resync().again();
                chunks.replaceAll(chunk -> chunk.of(readAs, again));
                return new Cut(start, place, chunks);
            } catch (SQLException e) {
                patience.use(e);
                patience.pause();
            }
        }
    }

    /** A resync's start, which is above that of the snapshot, too, so that its rows are told from those of that. */
    private long behind(long place, ReadAs readAs) {
        long begun = readAs.key().begun() + BEHIND_TRUNCATION;
        long least = Long.compareUnsigned(begun, snapshot.start()) > 0 ? begun : snapshot.start() + 1;
        return Long.compareUnsigned(place, least) > 0 ? place : least;
    }

    private PostgresTable table(String name) {
        PostgresTable table = settings.table(name);
        if (table != null) {
            return table;
        }
        throw new IllegalStateException("Table " + name + " is not captured");
    }

    @Override
    public void handleSplitRequest(int reader, @Nullable String host) {
        if (reader < settings.snapshotParallelChunks()) {
            asking.add(reader);
            assign();
        }
    }

    private void assign() {
        int readers = context.currentParallelism();
        // Ahead of the chunks, so that readers remember which of them were read.
        asking.tell(snapshot.scanned(readers));
        asking.serve(snapshot::take);
        boolean complete = snapshot.isComplete(readers);
        chunksLeft = complete ? 0 : Math.max(1, snapshot.chunksLeft());
        rowsLeft = snapshot.rowsLeft();
        resyncs = snapshot.resyncs();
        resyncChunksLeft = snapshot.resyncChunksLeft();
        resyncRowsLeft = snapshot.resyncRowsLeft();
        if (!slotAssigned
                && (complete || settings.streamsDuringSnapshot())
                && context.registeredReaders().containsKey(SLOT_READER)) {
            slotAssigned = true;
            context.assignSplit(snapshot.slot(), SLOT_READER);
        }
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof SplitsHeld) {
            snapshot.told(reader, chunks((SplitsHeld) event));
        } else if (event instanceof ChunkRead) {
            snapshot.read((ChunkRead) event);
        } else if (event instanceof ResyncsWanted) {
            // The slot's reader does not know yet that a table is not captured any more when it tells what was wanted.
            snapshot.want(((ResyncsWanted) event)
                    .resyncs().stream()
                            .filter(resync -> settings.table(resync.table()) != null)
                            .collect(Collectors.toList()));
        } else {
            throw new IllegalStateException("An event of " + event.getClass());
        }
        cutNext();
        assign();
    }

    /** Of tables that are captured. A reader leaves others out. */
    private List<Chunk> chunks(SplitsHeld event) {
        List<Chunk> chunks = new ArrayList<>();
        event.splits(SplitSerializer.INSTANCE).forEach(split -> chunks.add((Chunk) split));
        chunks.removeIf(chunk -> settings.table(chunk.table()) == null);
        return chunks;
    }

    @Override
    public void addReader(int reader) {
        asking.came(reader);
        // It tells what it has, which comes as an event.
    }

    @Override
    public void addSplitsBack(List<Split> splits, int reader) {
        snapshot.lost(reader);
        asking.lost(reader);
        for (Split split : splits) {
            if (split instanceof Chunk) {
                snapshot.back((Chunk) split);
            } else {
                slotAssigned = false;
            }
        }
    }

    @Override
    public SnapshotState snapshotState(long checkpoint) {
        int readers = context.currentParallelism();
        // What the last one made complete. When it was, readers may have ended with it, as a job that is stopped.
        asking.tell(snapshot.scanned(readers));
        return snapshot.state(checkpoint, slotAssigned, readers);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) {
        snapshot.complete(checkpoint);
    }

    @Override
    public void close() {
        // Connections are closed where they are used.
        isClosed = true;
    }
}
