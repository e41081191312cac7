package io.tributary.capture.postgres.connector;

import static java.util.Objects.requireNonNull;

import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresObjectUtils;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.jdbc.JdbcConnection;
import io.debezium.relational.TableId;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.ConnectionFailure;
import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.capture.postgres.server.SlotPosition;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.flink.cdc.connectors.base.config.JdbcSourceConfig;
import org.apache.flink.cdc.connectors.base.source.assigner.state.ChunkSplitterState;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;
import org.apache.flink.cdc.connectors.postgres.source.PostgresDialect;
import org.apache.flink.cdc.connectors.postgres.source.config.PostgresSourceConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The connector's way of speaking to PostgreSQL, with our tasks in it.
 *
 * <p>Every chunk's watermark is the position from which the slot is read, so the stream always starts there: a job that
 * fails before its first checkpoint sends every change again.
 */
final class ConnectorDialect extends PostgresDialect {

    private static final long serialVersionUID = 1L;

    private static final String COLUMN_TYPE = Sql.statement(ConnectorDialect.class, "column_type.sql");

    private final PostgresSettings settings;
    private final long start;
    private transient @Nullable ReadProgress progress;
    private transient @Nullable StreamTask stream;

    ConnectorDialect(PostgresSourceConfig sourceConfig, PostgresSettings settings, SlotPosition start) {
        super(sourceConfig);
        this.settings = settings;
        this.start = start.lsn();
    }

    void register(MetricGroup group) {
        progress().register(group, settings.cloudWatch());
    }

    ReadProgress progress() {
        if (progress == null) {
            progress = new ReadProgress();
        }
        return progress;
    }

    /** The first column of the table's key. */
    String keyColumn(TableId id) {
        for (PostgresTable table : settings.tables()) {
            if (table.schema().equals(id.schema()) && table.name().equals(id.table())) {
                return requireNonNull(table.key()).get(0);
            }
        }
        throw new FlinkRuntimeException("Table " + id + " is not one of the settings' tables");
    }

    String typeOf(TableId id, String column) throws SQLException {
        try (JdbcConnection jdbc = openJdbcConnection();
                PreparedStatement statement = jdbc.connection().prepareStatement(COLUMN_TYPE)) {
            statement.setString(1, Sql.identifier(id.schema(), id.table()));
            statement.setString(2, column);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getString(1) : "";
            }
        }
    }

    /** One of its own: the connector's pool knows no connection options, and is never closed. */
    @Override
    public JdbcConnection openJdbcConnection(JdbcSourceConfig sourceConfig) {
        PostgresConnectorConfig config = ((PostgresSourceConfig) sourceConfig).getDbzConnectorConfig();
        PostgresConnection connection = new PostgresConnection(
                config.getJdbcConfig(), PostgresObjectUtils.newPostgresValueConverterBuilder(config), "tributary");
        try {
            connection.connect();
        } catch (SQLException e) {
            throw new FlinkRuntimeException(ConnectionFailure.explain(e, settings), e);
        }
        return connection;
    }

    @Override
    public Offset displayCurrentOffset(JdbcSourceConfig sourceConfig) {
        return ConnectorOffset.inState(start);
    }

    @Override
    public ChunkSplitter createChunkSplitter(JdbcSourceConfig sourceConfig) {
        return new ChunkSplitter(sourceConfig, this, ChunkSplitterState.NO_SPLITTING_TABLE_STATE);
    }

    @Override
    public ChunkSplitter createChunkSplitter(JdbcSourceConfig sourceConfig, ChunkSplitterState state) {
        return new ChunkSplitter(sourceConfig, this, state);
    }

    @Override
    public FetchTask<SourceSplitBase> createFetchTask(SourceSplitBase split) {
        return split.isSnapshotSplit()
                ? task(new SnapshotTask(split.asSnapshotSplit(), SlotPosition.of(start)))
                : stream(super.createFetchTask(split));
    }

    private StreamTask stream(FetchTask<SourceSplitBase> task) {
        stream = new StreamTask(task);
        return stream;
    }

    /** Ends the reading of the slot, if it is read here. */
    void endStream() throws InterruptedException {
        if (stream != null) {
            stream.end();
        }
    }

    /** The connector declares its snapshot task without the type of the split. */
    @SuppressWarnings("unchecked")
    private static FetchTask<SourceSplitBase> task(FetchTask<?> task) {
        return (FetchTask<SourceSplitBase>) task;
    }

    @Override
    public FetchContext createFetchTaskContext(JdbcSourceConfig sourceConfig) {
        return new FetchContext(sourceConfig, this, settings, progress());
    }
}
