package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.change.Captured;
import io.tributary.change.Rejected;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks, one after the other, each with one COPY in a transaction of its own. A chunk whose reading was broken off is
 * read again from its begin: rows that come twice are as good as once.
 *
 * <p>A row's position is the place just before that from which the slot is read, and the end of the WAL when the chunk is
 * read: older than every streamed change, and newer than a row of the same chunk that a lost attempt read before.
 */
final class ChunkReader implements SplitReader<Captured, Split> {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);

    private final PostgresSettings settings;
    private final Sessions sessions;
    private final Throttle throttle;
    private final Patience patience;
    private final Consumer<ChunkRead> onRead;
    private final UnderWay underWay;
    private final Queue<Chunk> chunks = new ArrayDeque<>();
    private final Runnable onHeldBack;
    private final Patience untilWhole;
    /** Tables that cannot be read whole just now. */
    private final Set<String> heldBack = new HashSet<>();
    /** Chunks for which another one was asked for. */
    private final Set<String> waiting = new HashSet<>();

    private @Nullable Connection connection;
    private @Nullable Era connectedIn;
    private @Nullable ChunkReading reading;

    /**
     * @param onRead called in the emitting thread when the last row of a chunk was emitted
     * @param onHeldBack called in the emitting thread when a chunk has to wait, so that another one may be read meanwhile
     */
    ChunkReader(
            PostgresSettings settings,
            Sessions sessions,
            Throttle throttle,
            Consumer<ChunkRead> onRead,
            Runnable onHeldBack) {
        this.settings = settings;
        this.sessions = sessions;
        this.throttle = throttle;
        this.patience = new Patience(settings, "The snapshot");
        this.underWay = new UnderWay(sessions::isClosed);
        this.onRead = onRead;
        this.onHeldBack = onHeldBack;
        this.untilWhole = new Patience(settings, "A table with row security");
    }

    @Override
    public void handleSplitsChanges(SplitsChange<Split> change) {
        change.splits().forEach(split -> chunks.add((Chunk) split));
    }

    @Override
    public RecordsWithSplitIds<Captured> fetch() throws IOException {
        Chunk chunk = next();
        Batch batch = underWay.next(chunk.splitId());
        if (heldBack.contains(chunk.table())) {
            askForOthers(batch);
        }
        if (patience.isWaiting() || (heldBack.contains(chunk.table()) && untilWhole.isWaiting())) {
            return batch;
        }
        try {
            read(chunk, batch);
            patience.renew();
        } catch (SQLException e) {
            if (isHeldBack(e)) {
                heldBack(chunk, batch, e);
            } else if (!sessions.isClosed()) {
                patience.use(e);
            }
            reading = null;
            sessions.close(connection);
            connection = null;
        }
        return batch;
    }

    /** Our sessions have row_security = off, so that what a policy would hold back is an error. */
    private static boolean isHeldBack(SQLException e) {
        ServerErrorMessage told = e instanceof PSQLException ? ((PSQLException) e).getServerErrorMessage() : null;
        return told != null && "42501".equals(e.getSQLState()) && "check_enable_rls".equals(told.getRoutine());
    }

    /** The one that is being read, or else one that nothing holds back, if there is one. */
    private Chunk next() {
        ChunkReading open = reading;
        if (open != null) {
            return open.chunk();
        }
        for (Chunk chunk : chunks) {
            if (!heldBack.contains(chunk.table())) {
                return chunk;
            }
        }
        return chunks.element();
    }

    /** For each chunk that has to wait another one may be read meanwhile. */
    private void askForOthers(Batch batch) {
        long asked = chunks.stream()
                .filter(chunk -> heldBack.contains(chunk.table()) && waiting.add(chunk.splitId()))
                .count();
        if (asked > 0) {
            batch.afterwards(() -> {
                for (long i = 0; i < asked; i++) {
                    onHeldBack.run();
                }
            });
        }
    }

    /** The chunk waits until it can be read whole; others go on. */
    private void heldBack(Chunk chunk, Batch batch, SQLException e) {
        untilWhole.useForEver(e);
        if (heldBack.add(chunk.table())) {
            PostgresTable table = table(chunk);
            batch.add(Rejected.of(
                    "postgres",
                    table.alias(),
                    System.currentTimeMillis(),
                    "Table " + table + " has row security, which holds rows back from user "
                            + settings.server().username()
                            + ": it is not read until it can be read whole. Run ALTER ROLE "
                            + Sql.identifier(settings.server().username()) + " BYPASSRLS",
                    new byte[0],
                    null));
        }
    }

    private void read(Chunk chunk, Batch batch) throws SQLException {
        ChunkReading open = reading;
        if (open == null && settings.table(chunk.table()) == null) {
            LOG.warn("{}: {} is left out, since table {} is not captured any more", settings, chunk, chunk.table());
            end(chunk, batch, new ChunkRead(chunk.splitId(), chunk.start(), chunk.file()));
            return;
        }
        if (open == null) {
            Connection session = connection(chunk.readAs().era());
            session.setAutoCommit(false);
            PostgresTable table = table(chunk);
            String relation = ChunkLock.take(chunk, table, new Server(session));
            if (relation == null) {
                leaveOut(chunk, batch, session, "is no longer part of the table");
                return;
            }
            open = ChunkReading.begin(chunk, table, relation, session);
            if (open == null) {
                leaveOut(
                        chunk,
                        batch,
                        session,
                        "has rows that are known by another key now, or columns that the settings treat otherwise");
                return;
            }
            reading = open;
        }
        throttle.await(open.read(batch), sessions::isClosed);
        if (open.isAtEnd()) {
            end(chunk, batch, open.end());
            heldBack.remove(chunk.table());
            untilWhole.renew();
            reading = null;
        }
    }

    /** What becomes of the rows is for whoever reads the slot to say. */
    private void leaveOut(Chunk chunk, Batch batch, Connection session, String why) throws SQLException {
        LOG.warn("{}: {} of table {} {}, so they are left out", settings, chunk, chunk.table(), why);
        session.rollback();
        end(chunk, batch, new ChunkRead(chunk.splitId(), chunk.start(), chunk.file()));
    }

    private void end(Chunk chunk, Batch batch, ChunkRead read) {
        chunks.remove(chunk);
        batch.end();
        batch.afterwards(() -> onRead.accept(read));
    }

    /** After another server took over, one to the server that was before may still be open. */
    private Connection connection(Era era) throws SQLException {
        Connection open = connection;
        if (open != null && !era.equals(connectedIn)) {
            connection = null;
            sessions.close(open);
        }
        if (connection == null) {
            connection = sessions.open();
            connectedIn = era;
        }
        return connection;
    }

    @Override
    public void wakeUp() {
        // Reading is never long without a row; when the reader is closed, so are its sessions.
    }

    @Override
    public void close() {
        sessions.close(connection);
    }

    private PostgresTable table(Chunk chunk) {
        PostgresTable table = settings.table(chunk.table());
        if (table == null) {
            throw new IllegalStateException("Table " + chunk.table() + " is not captured");
        }
        return table;
    }
}
