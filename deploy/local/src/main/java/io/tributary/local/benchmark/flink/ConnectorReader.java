package io.tributary.local.benchmark.flink;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.cdc.connectors.base.options.StartupOptions;
import org.apache.flink.cdc.connectors.postgres.source.PostgresSourceBuilder.PostgresIncrementalSource;
import org.apache.flink.cdc.connectors.postgres.table.PostgreSQLDeserializationConverterFactory;
import org.apache.flink.cdc.debezium.DebeziumDeserializationSchema;
import org.apache.flink.cdc.debezium.table.DebeziumChangelogMode;
import org.apache.flink.cdc.debezium.table.RowDataDebeziumDeserializeSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.types.RowKind;

/**
 * A job of flink-connector-postgres-cdc's source alone, tuned: its rows become RowData, as for Flink SQL and as ours are,
 * are counted and thrown away.
 */
public final class ConnectorReader {

    private ConnectorReader() {}

    /**
     * Host, port, database, user, password, table, slot, publication, the rows' type as Flink SQL writes it, whether updates
     * carry the whole old row, and the tally's folder.
     */
    public static void main(String[] arguments) throws Exception {
        RowType rows = (RowType) LogicalTypeParser.parse(arguments[8], ConnectorReader.class.getClassLoader());
        boolean oldRows = Boolean.parseBoolean(arguments[9]);
        DebeziumDeserializationSchema<RowData> schema = RowDataDebeziumDeserializeSchema.newBuilder()
                .setPhysicalRowType(rows)
                .setResultTypeInfo(InternalTypeInfo.of(rows))
                .setUserDefinedConverterFactory(PostgreSQLDeserializationConverterFactory.instance())
                .setChangelogMode(oldRows ? DebeziumChangelogMode.ALL : DebeziumChangelogMode.UPSERT)
                .build();
        PostgresIncrementalSource<RowData> source = PostgresIncrementalSource.<RowData>builder()
                .hostname(arguments[0])
                .port(Integer.parseInt(arguments[1]))
                .database(arguments[2])
                .username(arguments[3])
                .password(arguments[4])
                .schemaList("public")
                .tableList("public." + arguments[5])
                .slotName(arguments[6])
                .decodingPluginName("pgoutput")
                .debeziumProperties(Tuning.debezium(arguments[7]))
                .deserializer(schema)
                .startupOptions(StartupOptions.initial())
                .splitSize(Tuning.CHUNK_ROWS)
                .fetchSize(Tuning.FETCH_ROWS)
                .skipSnapshotBackfill(true)
                .heartbeatInterval(Duration.ZERO)
                .build();
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.getConfig().enableObjectReuse();
        Tally.of(
                environment
                        .fromSource(source, WatermarkStrategy.noWatermarks(), "connector")
                        .uid("connector"),
                row -> row.getRowKind() != RowKind.UPDATE_BEFORE,
                arguments[10]);
        environment.execute("flink-connector-postgres-cdc");
    }
}
