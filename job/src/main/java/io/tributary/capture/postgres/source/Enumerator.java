package io.tributary.capture.postgres.source;

import io.tributary.capture.Asking;
import io.tributary.capture.SplitsHeld;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.server.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

    private final SplitEnumeratorContext<Split> context;
    private final PostgresSettings settings;
    private final Snapshot snapshot;
    private final Asking<Split> asking;
    private volatile long rowsLeft;
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
        cutNext();
    }

    private void cutNext() {
        snapshot.settle(context.currentParallelism());
        String entry = snapshot.nextUncut();
        if (entry == null || cutting) {
            return;
        }
        cutting = true;
        PostgresTable table = table(Snapshot.tableOf(entry));
        context.callAsync(() -> cut(table, Snapshot.relationOf(entry)), (chunks, failure) -> {
            cutting = false;
            if (failure != null) {
                throw new FlinkRuntimeException(
                        "Table " + table + " could not be cut into chunks: " + failure.getMessage(), failure);
            }
            LOG.info("{}: {} chunks of table {}", settings, chunks.size(), table);
            snapshot.cut(entry, chunks);
            cutNext();
            assign();
        });
    }

    /** In a thread of its own. */
    private List<Chunk> cut(PostgresTable table, @Nullable Long relation) throws InterruptedException {
        Patience patience = new Patience(settings, "Table " + table);
        while (true) {
            try (Connection connection = JdbcOptions.connectToPrimary(settings)) {
                return new ChunkCutter(new Server(connection), settings.snapshotChunkRows())
                        .cut(table, snapshot.start(), relation);
            } catch (SQLException e) {
                patience.use(e);
                patience.pause();
            }
        }
    }

    private PostgresTable table(String name) {
        for (PostgresTable table : settings.tables()) {
            if (table.toString().equals(name)) {
                return table;
            }
        }
        throw JobEnd.because("postgres.tables: the snapshot of table " + name
                + " is not complete, so it cannot be left out: put it back, or start the job anew, without state");
    }

    @Override
    public void handleSplitRequest(int reader, @Nullable String host) {
        if (reader < settings.snapshotParallelChunks()) {
            asking.add(reader);
            assign();
        }
    }

    private void assign() {
        asking.serve(snapshot::take);
        int readers = context.currentParallelism();
        boolean complete = snapshot.isComplete(readers);
        chunksLeft = complete ? 0 : Math.max(1, snapshot.chunksLeft());
        rowsLeft = snapshot.rowsLeft();
        if (!slotAssigned
                && (complete || settings.streamsDuringSnapshot())
                && context.registeredReaders().containsKey(SLOT_READER)) {
            slotAssigned = true;
            context.assignSplit(snapshot.slot(readers), SLOT_READER);
        }
        if (complete) {
            asking.tell(new SnapshotRead(snapshot.end()));
        }
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof SplitsHeld) {
            snapshot.told(reader, chunks((SplitsHeld) event));
        } else if (event instanceof ChunkRead) {
            snapshot.read((ChunkRead) event);
        } else {
            throw new IllegalStateException("An event of " + event.getClass());
        }
        cutNext();
        assign();
    }

    private static List<Chunk> chunks(SplitsHeld event) {
        List<Chunk> chunks = new ArrayList<>();
        event.splits(SplitSerializer.INSTANCE).forEach(split -> chunks.add((Chunk) split));
        return chunks;
    }

    @Override
    public void addReader(int reader) {
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
        return snapshot.state(slotAssigned);
    }

    @Override
    public void close() {
        // Connections are closed where they are used.
    }
}
