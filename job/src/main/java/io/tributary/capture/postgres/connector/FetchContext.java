package io.tributary.capture.postgres.connector;

import io.debezium.connector.postgresql.PostgresOffsetContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.PostgresReplicationConnection;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.server.LostHistoryException;
import io.tributary.capture.postgres.server.Pulse;
import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Slot;
import io.tributary.capture.postgres.server.SlotPosition;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.config.JdbcSourceConfig;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.postgres.source.fetch.PostgresSourceFetchTaskContext;
import org.apache.flink.cdc.connectors.postgres.source.offset.PostgresOffset;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the connector's tasks read with: its own context, with our {@link SlotDecoder} in the replication connection.
 *
 * <p>Assumes that flink-connector-postgres-cdc keeps the decoder in a field {@code messageDecoder}; it says so at once where
 * that is no longer true.
 */
final class FetchContext extends PostgresSourceFetchTaskContext {

    private final PostgresSettings settings;
    private final ReadProgress progress;
    private @Nullable Pulse pulse;
    private boolean streaming;

    FetchContext(
            JdbcSourceConfig sourceConfig, ConnectorDialect dialect, PostgresSettings settings, ReadProgress progress) {
        super(sourceConfig, dialect);
        this.settings = settings;
        this.progress = progress;
    }

    PostgresSettings settings() {
        return settings;
    }

    @Override
    public void configure(SourceSplitBase split) {
        closeConnection();
        super.configure(split);
        streaming = split.isStreamSplit();
        if (!streaming) {
            return;
        }
        SlotPosition start =
                SlotPosition.of(((PostgresOffset) split.asStreamSplit().getStartingOffset())
                        .getLsn()
                        .asLong());
        PostgresConnection connection = getConnection();
        checkSlot(connection::connection, start);
        boolean heartbeats = !settings.heartbeatInterval().isZero();
        install(new SlotDecoder(
                settings.tables(),
                new TypeCatalog(connection::connection),
                new RowLookup(connection::connection),
                getQueue(),
                start,
                settings.publication(),
                heartbeats));
        progress.begin(start.lsn(), 0);
        progress.reached();
        pulse = Pulse.start(settings, settings.heartbeatInterval(), progress);
    }

    /** The slot is read from where it was confirmed, and the decoder passes over what this job has already read. */
    @Override
    public PostgresOffsetContext getOffsetContext() {
        return streaming
                ? new PostgresOffsetContext.Loader(getDbzConnectorConfig()).load(Map.of("ts_usec", 0L))
                : super.getOffsetContext();
    }

    /** Our records are none of the connector's, which it would compare with the chunks of the snapshot: all are emitted. */
    @Override
    public boolean isDataChangeRecord(SourceRecord record) {
        return false;
    }

    @Override
    public void close() throws Exception {
        if (pulse != null) {
            progress.lost();
            pulse.close();
            pulse = null;
        }
        ((ConnectorDialect) dataSourceDialect).endStream();
        super.close();
    }

    /** The connector opens a connection for each chunk and leaves the last one open. */
    void closeConnection() {
        PostgresConnection connection = getConnection();
        if (connection != null) {
            connection.close();
        }
    }

    private void checkSlot(Connected database, SlotPosition start) {
        try {
            new Slot(new Server(database.connection()), settings).ensure(start.lsn());
        } catch (LostHistoryException e) {
            throw e.end();
        } catch (SQLException e) {
            throw new FlinkRuntimeException("The replication slot " + settings.slot() + " could not be looked up", e);
        }
    }

    private void install(SlotDecoder decoder) {
        try {
            Field field = PostgresReplicationConnection.class.getDeclaredField("messageDecoder");
            field.setAccessible(true);
            field.set(getReplicationConnection(), decoder);
        } catch (ReflectiveOperationException e) {
            throw new FlinkRuntimeException(
                    "This version of flink-connector-postgres-cdc has no field messageDecoder where it was expected",
                    e);
        }
    }
}
