package io.tributary.capture.postgres.source;

import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.CopyBinary;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** The reading of one chunk, from its transaction's begin to its end. */
final class ChunkReading {

    private static final String COPY = Sql.statement(ChunkReading.class, "copy_chunk.sql");

    private final Chunk chunk;
    private final Server server;
    private final Connection connection;
    private final TableReader reader;
    private final Position position;
    private final long now = System.currentTimeMillis();
    private final CopyOut copy;
    private boolean isBegun;
    private boolean isAtEnd;

    private ChunkReading(
            Chunk chunk, Connection connection, Server server, TableReader reader, Position position, CopyOut copy) {
        this.chunk = chunk;
        this.connection = connection;
        this.server = server;
        this.reader = reader;
        this.position = position;
        this.copy = copy;
    }

    /**
     * @param relation the one that the chunk is of, as SQL wants it; the connection holds a lock on it
     * @return null if the rows are not known by the chunk's key any more, or their columns are left out and hashed otherwise
     */
    static @Nullable ChunkReading begin(Chunk chunk, PostgresTable table, String relation, Connection connection)
            throws SQLException {
        Server server = new Server(connection);
        TableColumns found = TableColumns.of(table, server)
                .since(chunk.readAs().since())
                .in(chunk.readAs().era());
        KnownKey key = chunk.readAs().key();
        List<ColumnState> states =
                found.attributes().stream().map(ColumnState::of).collect(Collectors.toList());
        KnownColumns columns = chunk.readAs().columns();
        if (!key.tells(states, found.primaryKey()) || !columns.isOf(table.rules())) {
            return null;
        }
        TableColumns shape = columns.treat(table.rules(), found).keyedBy(key.numbers(), 0);
        TypeCatalog types = new TypeCatalog(server);
        TableReader reader;
        try {
            reader = TableReader.of(shape.keyed(table), shape, types, new RowLookup(server));
        } catch (Unreadable e) {
            throw JobEnd.because(String.valueOf(e.getMessage()), e);
        }
        Position position = Position.of(chunk.start() - 1, Wal.place(server));
        List<String> selected = new ArrayList<>();
        for (Attribute attribute : shape.attributes()) {
            if (attribute.treatment() != Treatment.LEFT_OUT) {
                selected.add(types.select(attribute));
            }
        }
        Map<String, String> places = Map.of(
                "columns",
                String.join(", ", selected),
                "relation",
                (chunk.file() == 0 ? "" : "ONLY ") + relation,
                "condition",
                chunk.condition().isEmpty() ? "true" : chunk.condition());
        if (types.hasAnyBytes()) {
            Server.showBytes(connection, "LOCAL");
        }
        CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(Sql.fill(COPY, places));
        return new ChunkReading(chunk, connection, server, reader, position, copy);
    }

    /** Returns how many rows were read. */
    int read(Batch batch) throws SQLException {
        Consumer<Captured> out = chunk.again().isNobody() ? batch::add : captured -> batch.add(again(captured));
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
        reader.copied(position, now, out);
        return 1;
    }

    private Captured again(Captured captured) {
        boolean isFound = captured instanceof Change && ((Change) captured).operation() == Operation.READ;
        return isFound ? ((Change) captured).againTo(chunk.again()) : captured;
    }

    Chunk chunk() {
        return chunk;
    }

    boolean isAtEnd() {
        return isAtEnd;
    }

    /** When all is read. */
    ChunkRead end() throws SQLException {
        long file = server.number("SELECT coalesce(pg_catalog.pg_relation_filenode(?::oid), 0)", chunk.relation());
        ChunkRead read = new ChunkRead(chunk.splitId(), chunk.readAs().era().at(Wal.place(server)), file);
        connection.commit();
        return read;
    }
}
