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
import io.tributary.capture.postgres.server.LastHeard;
import io.tributary.capture.postgres.server.LostHistoryException;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.change.Schema;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    private static final int MESSAGES = 140_000;
    private static final String END_READING = Sql.statement(SlotStream.class, "end_reading.sql");
    private static final String CONNECTION_LOST = "08006";

    /** Something is not there that is named, or is not as it has to be: the slot, or the publication. */
    private static final Set<String> SLOT_UNUSABLE = Set.of("42704", "55000");

    private final PostgresSettings settings;
    private final Sessions sessions;
    private final SlotSplit split;
    private final Connection questions;
    private final Connection replication;
    private final LastHeard lastHeard;
    private final boolean binary;
    private final TypeCatalog types;
    private final RowLookup lookup;
    private boolean standby;
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
            LastHeard lastHeard,
            boolean binary,
            boolean standby) {
        this.settings = settings;
        this.sessions = sessions;
        this.split = split;
        this.questions = questions;
        this.replication = replication;
        this.lastHeard = lastHeard;
        this.binary = binary;
        this.standby = standby;
        this.types = new TypeCatalog(() -> questions);
        this.lookup = new RowLookup(() -> questions);
    }

    /**
     * @throws LostHistoryException if the slot does not have all that comes behind the split's position
     */
    static SlotStream open(PostgresSettings settings, Sessions sessions, SlotSplit split, boolean asText)
            throws SQLException, LostHistoryException {
        Connection questions = sessions.open();
        Connection replication = null;
        LastHeard lastHeard = new LastHeard();
        try {
            Server server = new Server(questions);
            boolean standby = server.isStandby();
            replication = sessions.openReplication(lastHeard);
            SlotSplit known = History.ensure(split, replication, settings);
            new Slot(server, settings).ensure(split.era().lsn(split.position()));
            if (server.hasAnyBytes()) {
                Server.showBytes(replication, "SESSION");
            }
            boolean binary = !asText && server.version() >= BINARY;
            LOG.info("{}: reading {}, values {}", settings, known, binary ? "in binary form" : "as text");
            return new SlotStream(settings, sessions, known, questions, replication, lastHeard, binary, standby);
        } catch (SQLException | LostHistoryException | RuntimeException e) {
            sessions.close(questions);
            sessions.close(replication);
            throw e;
        }
    }

    /** Ends the process that sent the slot's changes over a connection of ours that is given up, if it has not noticed yet. */
    void endReading(@Nullable Integer process) throws SQLException {
        if (process != null) {
            new Server(questions).find(END_READING, settings.slot(), process);
        }
    }

    /** To be called once. */
    void start(Decoder newDecoder) throws SQLException, LostHistoryException {
        decoder = newDecoder;
        ChainedLogicalStreamBuilder options = replication
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(settings.slot())
                .withStartPosition(LogSequenceNumber.valueOf(split.era().lsn(split.position())))
                // Also how long the rest of a message is waited for; the driver passes over that it did not come, and
                // is given
                // up then. What the server is told goes with the keep-alives.
                .withStatusInterval((int) settings.server().readTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", Sql.identifier(settings.publication()))
                // Else the driver confirms what no checkpoint has yet.
                .withAutomaticFlush(false);
        try {
            if (new Server(questions).version() >= MESSAGES) {
                options.withSlotOption("messages", true);
            }
            stream = start(binary ? options.withSlotOption("binary", true) : options);
            // Until now somebody else might still have read it. From now on nobody can move it.
            ensureSlot();
        } catch (SQLException | LostHistoryException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private PGReplicationStream start(ChainedLogicalStreamBuilder options) throws SQLException, LostHistoryException {
        try {
            return options.start();
        } catch (SQLException e) {
            if (SLOT_UNUSABLE.contains(String.valueOf(e.getSQLState()))) {
                // It may have gone since it was looked at.
                ensureSlot();
            }
            throw e;
        }
    }

    private void ensureSlot() throws SQLException, LostHistoryException {
        new Slot(new Server(questions), settings).ensure(split.era().lsn(split.position()));
    }

    /** With what the server says of itself. */
    SlotSplit split() {
        return split;
    }

    /** The split, on the server's timeline of now: a standby that is promoted goes on sending, on another one. */
    SlotSplit onTimeline(SlotSplit reached) throws SQLException {
        if (!standby || questions().isStandby()) {
            return reached;
        }
        standby = false;
        return reached.of(reached.system(), Wal.timeline(questions()));
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

    Server questions() {
        return new Server(questions);
    }

    /** The tables as they are now. */
    List<Schema> schemas() throws SQLException {
        List<Schema> schemas = new ArrayList<>();
        for (PostgresTable table : settings.tables()) {
            Schema schema = schema(table, ReadAs.NOW.in(split.era()));
            if (schema != null) {
                schemas.add(schema);
            }
        }
        return schemas;
    }

    /** The table as it is now, read as that; null if it cannot be read. */
    @Nullable
    Schema schema(PostgresTable table, ReadAs readAs) throws SQLException {
        try {
            TableColumns found = TableColumns.of(table, () -> questions)
                    .since(readAs.since())
                    .in(readAs.era());
            TableColumns columns = readAs.columns()
                    .treat(table.rules(), found)
                    .keyedBy(readAs.key().numbers(), 0);
            return TableReader.of(columns.keyed(table), columns, types, lookup).schema();
        } catch (Unreadable e) {
            LOG.warn("{}: {}", settings, e.getMessage());
            return null;
        }
    }

    /** The next message; null if there is none just now. Does not wait for one, so that others may use the connection meanwhile. */
    @Nullable
    ByteBuffer next() throws SQLException {
        SQLException lost = broken;
        if (lost != null) {
            throw lost;
        }
        ByteBuffer message = requireNonNull(stream).readPending();
        if (message == null && lastHeard.silence().compareTo(settings.server().readTimeout()) >= 0) {
            throw new SQLException(
                    "nothing has come from the server for as long as " + settings.key("postgres.read-timeout")
                            + " allows (" + settings.server().readTimeout().toSeconds() + " s), no keep-alive either",
                    CONNECTION_LOST);
        }
        return message;
    }

    /**
     * The position up to which the server has sent everything, whether it was of our tables or not. Only between transactions, and when no
     * message is pending.
     */
    long received() {
        return split.era().at(requireNonNull(stream).getLastReceiveLSN().asLong());
    }

    /** Goes to the server with the next keep-alive, within a second. */
    void confirm(long position) {
        if (position != confirmed && split.era().has(position)) {
            confirmed = position;
            LogSequenceNumber lsn = LogSequenceNumber.valueOf(split.era().lsn(position));
            PGReplicationStream open = requireNonNull(stream);
            open.setAppliedLSN(lsn);
            open.setFlushedLSN(lsn);
        }
    }

    /** The server's process that sends the slot's changes. */
    int process() throws SQLException {
        return replication.unwrap(PGConnection.class).getBackendPID();
    }

    /** Tells the server what is read, and has it answer at once. Called by another thread than the rest. */
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
