package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.row.Decoder;
import io.tributary.capture.postgres.row.LostException;
import io.tributary.capture.postgres.row.TextNeededException;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.LostHistoryException;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.server.Pulse;
import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.capture.postgres.server.Repeated;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the slot, from a position on, for as long as the job runs. After a lost connection it goes on behind the last
 * transaction that it read whole; what it had read of the next one comes again, at the same positions.
 */
final class SlotReader implements SplitReader<Captured, Split>, Decoder.Output {

    private static final Logger LOG = LoggerFactory.getLogger(SlotReader.class);

    /** How long nothing is handed on while there is nothing. */
    private static final long IDLE_NANOS = 50_000_000;

    private static final int KEEP_ALIVES = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final PostgresSettings settings;
    private final Sessions sessions;
    private final ReadProgress progress;
    private final AtomicLong snapshotEnd;
    private final TableWatch watch;
    private final ResyncCourse resyncs;
    private final Consumer<SlotSplit> onProgress;
    private final AtomicLong confirmed = new AtomicLong();
    private final Patience patience;
    private final UnderWay underWay;

    private @Nullable SlotSplit split;
    private volatile @Nullable SlotStream stream;
    private @Nullable Pulse pulse;
    private @Nullable Repeated keepAlive;
    private @Nullable Integer lastProcess;
    private boolean asText;
    private boolean isAnnounced;
    private Batch batch;
    private long position;
    private @Nullable Long reported;
    private @Nullable Tables reportedTables;
    private @Nullable Long looked;
    private long timestamp;

    /**
     * @param snapshotEnd where the WAL ended when the snapshot had been read, set when that is known
     * @param scans how far the resyncs have come
     * @param onProgress called in the emitting thread with what to go on from
     */
    SlotReader(
            PostgresSettings settings,
            Sessions sessions,
            ReadProgress progress,
            AtomicLong snapshotEnd,
            AtomicReference<List<Scan>> scans,
            Consumer<SlotSplit> onProgress) {
        this.settings = settings;
        this.sessions = sessions;
        this.progress = progress;
        this.snapshotEnd = snapshotEnd;
        this.watch = new TableWatch(settings, snapshotEnd, this::captured);
        this.resyncs = new ResyncCourse(settings, watch, scans, progress, this::captured);
        this.onProgress = onProgress;
        this.patience = new Patience(settings, "Replication slot " + settings.slot());
        this.underWay = new UnderWay(sessions::isClosed);
        this.batch = new Batch(SlotSplit.ID, () -> {});
    }

    /** A checkpoint up to this position is complete: the server need not keep it any longer. Called by any thread. */
    void confirm(long newConfirmed) {
        confirmed.set(newConfirmed);
    }

    @Override
    public void handleSplitsChanges(SplitsChange<Split> change) {
        split = (SlotSplit) change.splits().get(0);
        position = split.position();
        watch.begin(split);
        progress.begin(split.era().lsn(position), split.knownAt());
        pulse = Pulse.start(settings, Duration.ZERO, progress);
        keepAlive = Repeated.start("postgres-keep-alive-" + settings.slot(), keepAlivePause(), this::keepAlive);
    }

    @Override
    public RecordsWithSplitIds<Captured> fetch() {
        batch = underWay.next(SlotSplit.ID);
        if (patience.isWaiting()) {
            return batch;
        }
        try {
            SlotStream open = open();
            announce(open);
            open.confirm(confirmed.get());
            lookAtCatalog(open);
            read(open);
            if (reported == null || reported != position) {
                split = open.onTimeline(requireNonNull(split));
            }
            resyncs.follow(open, position);
            patience.renew();
        } catch (TextNeededException e) {
            LOG.info("{}: the slot is read as text from now on, since {}", settings, e.getMessage());
            asText = true;
            end();
        } catch (OutdatedException | JoinedException e) {
            LOG.info("{}: the slot is opened again, since {}", settings, e.getMessage());
            end();
        } catch (LostHistoryException e) {
            lost(e);
        } catch (LostException e) {
            lost(e.reason());
        } catch (SQLException e) {
            lost(e);
        }
        report();
        return batch;
    }

    private void lost(SQLException e) {
        progress.lost();
        end();
        if (!sessions.isClosed() && ConnectionFailure.isPublicationMissing(e, settings) && passedOver()) {
            return;
        }
        if (!sessions.isClosed()) {
            patience.use(e);
        }
    }

    private void lost(LostHistoryException e) {
        progress.lost();
        end();
        if (!settings.resyncsLostSlot()) {
            throw e.endUnlessResynced(settings.key("postgres.on-lost-slot"));
        }
        try {
            split = NextEra.begin(at(position), settings, sessions, watch, e);
            position = split.position();
            reported = null;
            progress.slotLost();
        } catch (SQLException next) {
            lost(next);
        }
    }

    /**
     * The log has changes of a time without the publication, and the server does not send what comes behind them. If there is a
     * publication by now, the slot is read from here on, and all tables are read again.
     */
    private boolean passedOver() {
        Connection questions = null;
        try {
            questions = sessions.open();
            Server server = new Server(questions);
            if (!server.is(
                    "SELECT count(*) > 0 FROM pg_catalog.pg_publication WHERE pubname = ?", settings.publication())) {
                return false;
            }
            position = era().at(Wal.written(server));
            watch.reached(position);
            watch.settings()
                    .tables()
                    .forEach(table -> watch.want(table.toString(), "the publication did not exist for a while"));
            return true;
        } catch (SQLException e) {
            LOG.warn("{}: {}", settings, e.getMessage());
            return false;
        } finally {
            sessions.close(questions);
        }
    }

    private SlotStream open() throws SQLException, LostHistoryException {
        SlotStream open = stream;
        if (open == null) {
            SlotSplit from = at(position);
            open = SlotStream.open(watch.settings(), sessions, withSnapshotEnd(from), asText);
            split = open.split().snapshotRead(from.snapshotEnd());
            open.endReading(lastProcess);
            watch.ask(open.questions());
            looked = null;
            open.start(decoder(open));
            lastProcess = open.process();
            stream = open;
            progress.reached();
        }
        return open;
    }

    /** The end of the snapshot may be known and not be announced yet. */
    private SlotSplit withSnapshotEnd(SlotSplit from) {
        return from.snapshotEnd() == SlotSplit.RUNNING ? from.snapshotRead(snapshotEnd.get()) : from;
    }

    private Decoder decoder(SlotStream open) throws SQLException {
        return new Decoder(
                watch.settings().tables(), open.types(), open.lookup(), era(), position, open.isBinary(), watch, this);
    }

    private void lookAtCatalog(SlotStream open) throws SQLException {
        Long last = looked;
        if (last == null || System.nanoTime() - last >= settings.watchInterval().toNanos()) {
            watch.look();
            if (!open.decoder().isInTransaction()) {
                watch.find();
            }
            progress.stale(watch.stale());
            looked = System.nanoTime();
        }
    }

    @Override
    public void told(String prefix, byte[] content) {
        resyncs.told(prefix, content);
    }

    /** Says for each table that its snapshot is being read, and that it was. */
    private void announce(SlotStream open) throws SQLException {
        SlotSplit known = requireNonNull(split);
        if (known.snapshotEnd() != SlotSplit.RUNNING) {
            return;
        }
        Position of = Position.of(known.snapshotStart() - 1, 0);
        long now = System.currentTimeMillis();
        long end = snapshotEnd.get();
        if (!isAnnounced) {
            open.schemas().forEach(schema -> batch.add(Change.snapshotBegan(schema, of, now)));
            isAnnounced = true;
        }
        if (end != SlotSplit.RUNNING) {
            open.schemas().forEach(schema -> batch.add(Change.snapshotEnded(schema, of, now)));
            split = known.snapshotRead(end);
            reported = null;
        }
    }

    /** Reads what there is; where there is nothing, or a transaction goes on, it waits for a little. */
    private void read(SlotStream open) throws SQLException {
        long deadline = System.nanoTime() + IDLE_NANOS;
        while (!batch.isFull()) {
            ByteBuffer message = open.next();
            if (message != null) {
                batch.read(message.remaining());
                open.decoder().read(message);
                continue;
            }
            boolean inTransaction = open.decoder().isInTransaction();
            if ((batch.isEmpty() || inTransaction) && System.nanoTime() < deadline) {
                continue;
            }
            // All is read that the server had, of whatever tables.
            if (!inTransaction && Long.compareUnsigned(open.received(), position) > 0) {
                position = open.received();
                watch.reached(position);
                timestamp = System.currentTimeMillis();
            }
            return;
        }
    }

    /** All rows of the transactions up to the position are in this batch, or were in those before. */
    private void report() {
        if (split == null || (reported != null && reported == position && reportedTables == watch.tables())) {
            return;
        }
        reported = position;
        reportedTables = watch.tables();
        SlotSplit reached = at(position);
        long committed = timestamp;
        batch.afterwards(() -> {
            onProgress.accept(reached);
            progress.read(reached.era().lsn(reached.position()), committed);
        });
    }

    private Era era() {
        return requireNonNull(split).era();
    }

    private SlotSplit at(long newPosition) {
        return requireNonNull(split).at(newPosition).with(watch.tables());
    }

    @Override
    public void captured(Captured captured) {
        batch.add(captured);
    }

    @Override
    public void committed(long end, long newTimestamp) {
        position = end;
        timestamp = newTimestamp;
        watch.reached(end);
    }

    /** The server answers each of them, so several have to go unanswered before it is taken for away. */
    private Duration keepAlivePause() {
        Duration several = settings.server().readTimeout().dividedBy(KEEP_ALIVES);
        return several.compareTo(LONGEST_PAUSE) < 0 ? several : LONGEST_PAUSE;
    }

    /** The server ends a connection from which it has not heard for some time, and nothing is read while Flink takes nothing. */
    private void keepAlive() {
        SlotStream open = stream;
        if (open != null) {
            open.keepAlive();
        }
    }

    private void end() {
        SlotStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void wakeUp() {
        // Reading is never long without a row; when the reader is closed, so are its sessions.
    }

    @Override
    public void close() {
        end();
        if (pulse != null) {
            pulse.close();
        }
        if (keepAlive != null) {
            keepAlive.close();
        }
    }
}
