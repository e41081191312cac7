package io.tributary.capture.postgres.source;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.CopyBinary;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Patience;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
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
    private static final String COPY = Sql.statement(ChunkReader.class, "copy_chunk.sql");
    private static final String END_OF_WAL = Sql.statement(ChunkReader.class, "end_of_wal.sql");

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
    private @Nullable Reading reading;

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
        Reading open = reading;
        if (open != null) {
            return open.chunk;
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
        Reading open = reading;
        if (open == null) {
            Connection session = connection();
            session.setAutoCommit(false);
            String relation = ChunkLock.take(chunk, table(chunk), new Server(session));
            if (relation == null) {
                LOG.warn(
                        "{}: {} is no longer part of table {}, so its rows are left out",
                        settings,
                        chunk,
                        chunk.table());
                session.rollback();
                end(chunk, batch, new ChunkRead(chunk.splitId(), chunk.start(), chunk.file()));
                return;
            }
            open = new Reading(chunk, relation, session);
            reading = open;
        }
        throttle.await(open.read(batch), sessions::isClosed);
        if (open.isAtEnd) {
            end(chunk, batch, open.end());
            heldBack.remove(chunk.table());
            untilWhole.renew();
            reading = null;
        }
    }

    private void end(Chunk chunk, Batch batch, ChunkRead read) {
        chunks.remove(chunk);
        batch.end();
        batch.afterwards(() -> onRead.accept(read));
    }

    private Connection connection() throws SQLException {
        if (connection == null) {
            connection = sessions.open();
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

    /** One chunk, from its transaction's begin to its end. */
    private final class Reading {

        private final Chunk chunk;
        private final Server server;
        private final Connection connection;
        private final TableReader reader;
        private final Position position;
        private final long now = System.currentTimeMillis();
        private final CopyOut copy;
        private boolean isBegun;
        private boolean isAtEnd;

        Reading(Chunk chunk, String relation, Connection connection) throws SQLException {
            this.chunk = chunk;
            this.connection = connection;
            this.server = new Server(connection);
            PostgresTable table = table(chunk);
            TableColumns shape = TableColumns.of(table, server).since(chunk.since());
            List<Attribute> attributes = shape.attributes();
            TypeCatalog types = new TypeCatalog(server);
            try {
                this.reader = TableReader.of(shape.keyed(table), shape, types, new RowLookup(server));
            } catch (Unreadable e) {
                throw JobEnd.because(String.valueOf(e.getMessage()), e);
            }
            this.position = Position.of(chunk.start() - 1, endOfWal());
            List<String> columns = new ArrayList<>();
            for (Attribute attribute : attributes) {
                columns.add(types.select(attribute));
            }
            Map<String, String> places = Map.of(
                    "columns",
                    String.join(", ", columns),
                    "relation",
                    (chunk.file() == 0 ? "" : "ONLY ") + relation,
                    "condition",
                    chunk.condition().isEmpty() ? "true" : chunk.condition());
            this.copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(Sql.fill(COPY, places));
        }

        /** Returns how many rows were read. */
        int read(Batch batch) throws SQLException {
            Consumer<Captured> out = chunk.isAgain() ? captured -> batch.add(again(captured)) : batch::add;
            int rows = 0;
            while (!batch.isFull()) {
                byte[] message = copy.readFromCopy();
                if (message == null) {
                    isAtEnd = true;
                    break;
                }
                batch.read(message.length);
                rows += row(ByteBuffer.wrap(message), out);
            }
            return rows;
        }

        private int row(ByteBuffer message, Consumer<Captured> out) throws SQLException {
            if (!isBegun) {
                CopyBinary.skipHeader(message);
                isBegun = true;
                if (!message.hasRemaining()) {
                    return 0;
                }
            }
            if (CopyBinary.isTrailer(message)) {
                return 0;
            }
            if (!reader.readCopied(message)) {
                throw new SQLException("COPY sent another number of columns than it was asked for");
            }
            reader.upsert(Operation.READ, position, now, out);
            return 1;
        }

        private Captured again(Captured captured) {
            boolean isFound = captured instanceof Change && ((Change) captured).operation() == Operation.READ;
            return isFound ? ((Change) captured).again() : captured;
        }

        ChunkRead end() throws SQLException {
            long file = server.number("SELECT coalesce(pg_catalog.pg_relation_filenode(?::oid), 0)", chunk.relation());
            ChunkRead read = new ChunkRead(chunk.splitId(), endOfWal(), file);
            connection.commit();
            return read;
        }

        private long endOfWal() throws SQLException {
            return server.number(END_OF_WAL);
        }
    }

    private PostgresTable table(Chunk chunk) {
        List<PostgresTable> tables = settings.tables().stream()
                .filter(table -> table.toString().equals(chunk.table()))
                .collect(Collectors.toList());
        if (tables.isEmpty()) {
            throw JobEnd.because("postgres.tables: the snapshot of table " + chunk.table()
                    + " is not complete, so it cannot be left out: put it back, or start the job anew, without state");
        }
        return tables.get(0);
    }
}
