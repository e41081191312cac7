package io.tributary.capture.postgres;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.AbstractMessageDecoder;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.pipeline.DataChangeEvent;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/**
 * Decodes the slot's messages (logical replication protocol, version 1, text) into changes and puts them into the reader's
 * queue. It stands in the place of the connector's own decoder, which knows neither the commit position of a change nor
 * the text of a value.
 *
 * <p>The server sends whole transactions in the order of their commits. A change's position is the start of its
 * transaction's commit record and its number in the transaction; both are the same when the slot is read again.
 */
final class SlotDecoder extends AbstractMessageDecoder {

    private static final long POSTGRES_EPOCH_MILLIS = 946_684_800_000L;

    private final Map<String, CapturedTable> tables;
    private final TypeCatalog types;
    private final RowLookup lookup;
    private final ChangeEventQueue<DataChangeEvent> queue;
    private final String publication;
    private final boolean heartbeats;
    private final Map<Integer, TableReader> readers = new HashMap<>();
    private final Map<Integer, CapturedTable> unreadable = new HashMap<>();
    private final Consumer<Captured> out = this::enqueue;

    private SlotPosition read;
    private long commit;
    private long number;
    private long timestamp;
    private boolean passed;

    SlotDecoder(
            Map<String, CapturedTable> tables,
            TypeCatalog types,
            RowLookup lookup,
            ChangeEventQueue<DataChangeEvent> queue,
            SlotPosition start,
            String publication,
            boolean heartbeats) {
        this.tables = tables;
        this.types = types;
        this.lookup = lookup;
        this.queue = queue;
        this.read = start;
        this.publication = publication;
        this.heartbeats = heartbeats;
    }

    @Override
    protected void processNotEmptyMessage(
            ByteBuffer message, ReplicationMessageProcessor processor, TypeRegistry typeRegistry)
            throws SQLException, InterruptedException {
        byte kind = message.get();
        switch (kind) {
            case 'B':
                commit = message.getLong();
                timestamp = POSTGRES_EPOCH_MILLIS + message.getLong() / 1000;
                number = 0;
                passed = Long.compareUnsigned(commit, read.lsn()) < 0;
                return;
            case 'C':
                if (!passed) {
                    message.position(message.position() + 1 + Long.BYTES);
                    read = SlotPosition.of(message.getLong());
                    put(new SlotProgress(timestamp));
                }
                return;
            case 'R':
                relation(message);
                return;
            case 'I':
            case 'U':
            case 'D':
                number++;
                if (!passed) {
                    row(kind, message);
                }
                return;
            case 'T':
                number++;
                if (!passed) {
                    truncate(message);
                }
                return;
            default:
            // TYPE, ORIGIN and MESSAGE, our heartbeats among them, change no row.
        }
    }

    private void relation(ByteBuffer message) throws SQLException {
        int relation = message.getInt();
        CapturedTable table = tables.get(string(message) + "." + string(message));
        readers.remove(relation);
        unreadable.remove(relation);
        if (table == null) {
            return;
        }
        message.get(); // replica identity
        int count = message.getShort();
        List<Attribute> attributes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            message.get(); // whether it is of the replica identity
            attributes.add(new Attribute(string(message), Integer.toUnsignedLong(message.getInt()), message.getInt()));
        }
        try {
            readers.put(relation, TableReader.of(table, attributes, types, lookup));
        } catch (Unreadable e) {
            unreadable.put(relation, table);
            out.accept(rejected(table, e));
        }
    }

    private void row(byte kind, ByteBuffer message) {
        int relation = message.getInt();
        TableReader reader = readers.get(relation);
        if (reader == null) {
            CapturedTable table = unreadable.get(relation);
            if (table != null) {
                out.accept(rejected(table, new Unreadable("A change of a table without its key")));
            }
            return;
        }
        Position position = Position.of(commit, number);
        try {
            if (kind == 'I') {
                read(message, reader.now());
                reader.upsert(Operation.INSERT, position, timestamp, out);
                return;
            }
            byte side = message.get(message.position());
            boolean hasOld = side == 'K' || side == 'O';
            if (hasOld) {
                read(message, reader.old());
            }
            if (kind == 'D') {
                reader.delete(position, timestamp, out);
                return;
            }
            read(message, reader.now());
            if (reader.update(hasOld, side == 'O', position, Position.of(commit, number + 1), timestamp, out)) {
                number++;
            }
        } catch (Unreadable e) {
            out.accept(reader.rejected(e, reader.now(), position));
        }
    }

    /** Reads the letter of the side, and its columns. */
    private static void read(ByteBuffer message, Tuple tuple) throws Unreadable {
        message.get();
        if (!tuple.read(message)) {
            throw new Unreadable("The record has another number of columns than its table");
        }
    }

    private void truncate(ByteBuffer message) {
        int count = message.getInt();
        message.get(); // CASCADE, RESTART IDENTITY
        for (int i = 0; i < count; i++) {
            TableReader reader = readers.get(message.getInt());
            if (reader != null) {
                out.accept(Change.truncate(reader.schema(), Position.of(commit, number), timestamp));
            }
        }
    }

    private Rejected rejected(CapturedTable table, Unreadable reason) {
        return Rejected.of(
                "postgres",
                table.alias(),
                System.currentTimeMillis(),
                String.valueOf(reason.getMessage()),
                new byte[0],
                Position.of(commit, number));
    }

    private void enqueue(Captured captured) {
        try {
            put(captured);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException("Interrupted while the queue was full", e);
        }
    }

    private void put(Object value) throws InterruptedException {
        queue.enqueue(new DataChangeEvent(new SourceRecord(null, read.sourceOffset(), "", null, value)));
    }

    private static String string(ByteBuffer message) {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        message.position(end + 1);
        return new String(message.array(), message.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
    }

    /** Nothing is skipped here: {@link #passed} is about whole transactions. */
    @Override
    public boolean shouldMessageBeSkipped(
            ByteBuffer buffer, @Nullable Lsn received, @Nullable Lsn start, WalPositionLocator position) {
        return false;
    }

    @Override
    public ChainedLogicalStreamBuilder optionsWithMetadata(
            ChainedLogicalStreamBuilder builder, Function<Integer, Boolean> minimumVersion) {
        return options(builder, publication, minimumVersion.apply(140000) && heartbeats);
    }

    static ChainedLogicalStreamBuilder options(
            ChainedLogicalStreamBuilder builder, String publication, boolean messages) {
        ChainedLogicalStreamBuilder options = builder.withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", Sql.identifier(publication))
                // Else the driver confirms what it skipped: the slot would be ahead of the job's checkpoints, from
                // which the job could not start again then.
                .withAutomaticFlush(false);
        return messages ? options.withSlotOption("messages", true) : options;
    }

    @Override
    public ChainedLogicalStreamBuilder optionsWithoutMetadata(
            ChainedLogicalStreamBuilder builder, Function<Integer, Boolean> minimumVersion) {
        return optionsWithMetadata(builder, minimumVersion);
    }
}
