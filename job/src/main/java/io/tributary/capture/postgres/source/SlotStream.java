package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.Decoder;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.change.Schema;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that reads the slot, and one beside it for questions. Before it reads, it makes sure that the slot still
 * has everything from its position on, on the server whose position it is.
 */
final class SlotStream {

    private static final Logger LOG = LoggerFactory.getLogger(SlotStream.class);

    private static final int BINARY = 140_000;
    private static final int STATUS_SECONDS = 1;

    private final PostgresSettings settings;
    private final Sessions sessions;
    private final SlotSplit split;
    private final Connection questions;
    private final Connection replication;
    private final boolean binary;
    private final TypeCatalog types;
    private final RowLookup lookup;
    private @Nullable PGReplicationStream stream;
    private @Nullable Decoder decoder;
    private volatile @Nullable SQLException broken;
    private long confirmed;

    private SlotStream(
            PostgresSettings settings,
            Sessions sessions,
            SlotSplit split,
            Connection questions,
            Connection replication,
            boolean binary) {
        this.settings = settings;
        this.sessions = sessions;
        this.split = split;
        this.questions = questions;
        this.replication = replication;
        this.binary = binary;
        this.types = new TypeCatalog(() -> questions);
        this.lookup = new RowLookup(() -> questions);
    }

    static SlotStream open(PostgresSettings settings, Sessions sessions, SlotSplit split, boolean asText)
            throws SQLException {
        Connection questions = sessions.open();
        Connection replication = null;
        try {
            Server server = new Server(questions);
            replication = sessions.openReplication();
            SlotSplit known = History.ensure(split, replication, settings);
            new Slot(server, settings).ensure(split.position());
            boolean binary = !asText && server.version() >= BINARY;
            LOG.info("{}: reading {}, values {}", settings, known, binary ? "in binary form" : "as text");
            return new SlotStream(settings, sessions, known, questions, replication, binary);
        } catch (SQLException | RuntimeException e) {
            sessions.close(questions);
            sessions.close(replication);
            throw e;
        }
    }

    /** To be called once. */
    void start(Decoder newDecoder) throws SQLException {
        decoder = newDecoder;
        ChainedLogicalStreamBuilder options = replication
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(settings.slot())
                .withStartPosition(LogSequenceNumber.valueOf(split.position()))
                .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", Sql.identifier(settings.publication()))
                // Else the driver confirms what no checkpoint has yet.
                .withAutomaticFlush(false);
        try {
            stream = (binary ? options.withSlotOption("binary", true) : options).start();
            // Until now somebody else might still have read it. From now on nobody can move it.
            new Slot(new Server(questions), settings).ensure(split.position());
        } catch (SQLException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** With what the server says of itself. */
    SlotSplit split() {
        return split;
    }

    boolean isBinary() {
        return binary;
    }

    TypeCatalog types() {
        return types;
    }

    RowLookup lookup() {
        return lookup;
    }

    Decoder decoder() {
        return requireNonNull(decoder);
    }

    /** The tables as they are now. */
    List<Schema> schemas() throws SQLException {
        List<Schema> schemas = new ArrayList<>();
        for (PostgresTable table : settings.tables()) {
            try {
                schemas.add(TableReader.of(table, TableColumns.of(table, () -> questions), types, lookup)
                        .schema());
            } catch (Unreadable e) {
                LOG.warn("{}: {}", settings, e.getMessage());
            }
        }
        return schemas;
    }

    /** The next message; null if there is none just now. Does not wait for one, so that others may use the connection meanwhile. */
    @Nullable
    ByteBuffer next() throws SQLException {
        SQLException lost = broken;
        if (lost != null) {
            throw lost;
        }
        return requireNonNull(stream).readPending();
    }

    /**
     * Up to where the server has sent everything, whether it was of our tables or not. Only between transactions, and when no
     * message is pending.
     */
    long received() {
        return requireNonNull(stream).getLastReceiveLSN().asLong();
    }

    /** Goes to the server with the next status, within a second. */
    void confirm(long position) {
        if (position != confirmed) {
            confirmed = position;
            LogSequenceNumber lsn = LogSequenceNumber.valueOf(position);
            PGReplicationStream open = requireNonNull(stream);
            open.setAppliedLSN(lsn);
            open.setFlushedLSN(lsn);
        }
    }

    /** Called by another thread than the rest. */
    void keepAlive() {
        PGReplicationStream open = stream;
        try {
            if (open != null && !open.isClosed()) {
                open.forceUpdateStatus();
            }
        } catch (SQLException e) {
            broken = e;
        }
    }

    void close() {
        sessions.close(replication);
        sessions.close(questions);
    }
}
