package io.tributary.capture.postgres.connector;

import io.debezium.jdbc.JdbcConnection;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.history.TableChanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.cdc.connectors.base.config.JdbcSourceConfig;
import org.apache.flink.cdc.connectors.base.source.assigner.state.ChunkSplitterState;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.postgres.source.PostgresChunkSplitter;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a table into chunks by the first column of its key. A table whose key starts with a type that the connector cannot
 * cut by is one chunk.
 */
final class ChunkSplitter extends PostgresChunkSplitter {

    /** As the server names them. */
    private static final Set<String> CUT_BY = Set.of(
            "int2", "int4", "int8", "smallserial", "serial", "bigserial", "numeric", "text", "varchar", "uuid", "date");

    ChunkSplitter(JdbcSourceConfig sourceConfig, ConnectorDialect dialect, ChunkSplitterState state) {
        super(sourceConfig, dialect, state);
    }

    @Override
    public Collection<SnapshotSplit> generateSplits(TableId tableId) throws Exception {
        if (!hasNextChunk()) {
            String column = dialect().keyColumn(tableId);
            if (!CUT_BY.contains(dialect().typeOf(tableId, column))) {
                RowType key = (RowType) DataTypes.ROW(DataTypes.FIELD(column, DataTypes.STRING()))
                        .getLogicalType();
                try (JdbcConnection jdbc = dialect.openJdbcConnection(sourceConfig)) {
                    Map<TableId, TableChanges.TableChange> schema = new HashMap<>();
                    schema.put(tableId, dialect.queryTableSchema(jdbc, tableId));
                    return List.of(new SnapshotSplit(tableId, 0, key, null, null, null, schema));
                }
            }
        }
        return new ArrayList<>(super.generateSplits(tableId));
    }

    @Override
    protected Column getSplitColumn(Table table, @Nullable String chunkKeyColumn) {
        return table.columnWithName(dialect().keyColumn(table.id()));
    }

    private ConnectorDialect dialect() {
        return (ConnectorDialect) dialect;
    }
}
