package io.tributary.capture.postgres.connector;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.AbstractMessageDecoder;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.pipeline.DataChangeEvent;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.row.Decoder;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.change.Captured;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/**
 * Puts what a {@link Decoder} reads into the connector's queue. It stands in the place of the connector's own decoder, which
 * knows neither the commit position of a change nor the text of a value.
 */
final class SlotDecoder extends AbstractMessageDecoder implements Decoder.Output {

    private final Decoder decoder;
    private final ChangeEventQueue<DataChangeEvent> queue;
    private final String publication;
    private final boolean heartbeats;
    private Map<String, String> read;

    SlotDecoder(
            List<PostgresTable> tables,
            TypeCatalog types,
            RowLookup lookup,
            ChangeEventQueue<DataChangeEvent> queue,
            SlotPosition start,
            String publication,
            boolean heartbeats) {
        // The connector's chunks are ranges of keys, so none of them misses a row that moved within its table.
        this.decoder = new Decoder(tables, types, lookup, Era.FIRST, start.lsn(), false, Decoder.NONE, this);
        this.queue = queue;
        this.read = ConnectorOffset.of(start.lsn());
        this.publication = publication;
        this.heartbeats = heartbeats;
    }

    @Override
    protected void processNotEmptyMessage(
            ByteBuffer message, ReplicationMessageProcessor processor, TypeRegistry typeRegistry) throws SQLException {
        decoder.read(message);
    }

    @Override
    public void captured(Captured captured) {
        put(captured);
    }

    @Override
    public void committed(long end, long timestamp) {
        read = ConnectorOffset.of(end);
        put(new SlotProgress(timestamp));
    }

    private void put(Object value) {
        try {
            queue.enqueue(new DataChangeEvent(new SourceRecord(null, read, "", null, value)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException("Interrupted while the queue was full", e);
        }
    }

    /** Nothing is skipped here: the {@link Decoder} passes over whole transactions. */
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
