package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.TableConfig;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.bridge.java.StreamStatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.OptimizerConfigOptions;
import org.apache.flink.table.api.config.OptimizerConfigOptions.NonDeterministicUpdateStrategy;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * One table environment that knows the source tables, the lookup tables and the functions, and takes one file after the
 * other as a view, so that later ones can read it.
 *
 * <p>Works in UTC. State is kept for ever: a row of a source can change at any time.
 */
final class SqlSession {

    /** The processing-time column that every source table gets where there are lookup tables to join. */
    static final String PROC_TIME = "proc_time";

    private static final String OUTPUTS = "outputs";

    private final StreamExecutionEnvironment environment;
    private final StreamTableEnvironment tables;
    private final StreamCatalog catalog;

    private SqlSession(StreamExecutionEnvironment environment, StreamTableEnvironment tables, StreamCatalog catalog) {
        this.environment = environment;
        this.tables = tables;
        this.catalog = catalog;
    }

    /** A session without a job: no row ever comes. */
    static SqlSession dry(
            Collection<Schema> sources,
            Collection<Lookup> lookups,
            Map<String, Class<? extends UserDefinedFunction>> functions) {
        StreamExecutionEnvironment nowhere = new StreamExecutionEnvironment(new Configuration());
        Map<String, Schema> byName = sources.stream().collect(Collectors.toMap(Schema::table, source -> source));
        return open(nowhere, sources, lookups, functions, table -> {
            Schema source = requireNonNull(byName.get(table), table);
            return nowhere.fromData(List.<RowData>of(), InternalTypeInfo.of(source.rowType()));
        });
    }

    @SuppressWarnings("deprecation") // Its successor takes the options of a catalog, not a catalog.
    static SqlSession open(
            StreamExecutionEnvironment environment,
            Collection<Schema> sources,
            Collection<Lookup> lookups,
            Map<String, Class<? extends UserDefinedFunction>> functions,
            Function<String, DataStream<RowData>> streams) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        configure(tables.getConfig());
        StreamCatalog catalog = new StreamCatalog(streams, lookups);
        tables.registerCatalog(StreamCatalog.NAME, catalog);
        tables.useCatalog(StreamCatalog.NAME);
        tables.executeSql("CREATE DATABASE " + OUTPUTS);
        for (Schema source : sources) {
            tables.createTable("`" + source.table() + "`", descriptor(source, !lookups.isEmpty()));
        }
        for (Lookup lookup : lookups) {
            tables.createTable("`" + lookup.name() + "`", lookup.descriptor());
        }
        functions.forEach(tables::createTemporarySystemFunction);
        return new SqlSession(environment, tables, catalog);
    }

    private static void configure(TableConfig config) {
        config.setLocalTimeZone(ZoneOffset.UTC);
        config.set(
                ExecutionConfigOptions.TABLE_EXEC_SINK_UPSERT_MATERIALIZE,
                ExecutionConfigOptions.UpsertMaterialize.NONE);
        config.set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_ENABLED, false);
        config.set(ExecutionConfigOptions.TABLE_EXEC_UID_GENERATION, ExecutionConfigOptions.UidGeneration.DISABLED);
        // An update retracts the very row it replaces; a lookup or a function that answers differently the second time
        // would leave the old row behind. The planner keeps the first answer, or refuses the statement.
        config.set(
                OptimizerConfigOptions.TABLE_OPTIMIZER_NONDETERMINISTIC_UPDATE_STRATEGY,
                NonDeterministicUpdateStrategy.TRY_RESOLVE);
    }

    private static TableDescriptor descriptor(Schema source, boolean hasLookups) {
        org.apache.flink.table.api.Schema.Builder schema = org.apache.flink.table.api.Schema.newBuilder();
        for (Column column : source.columns()) {
            schema.column(column.name(), TypeConversions.fromLogicalToDataType(column.type()));
        }
        if (hasLookups && source.indexOf(PROC_TIME) < 0) {
            schema.columnByExpression(PROC_TIME, "PROCTIME()");
        }
        schema.primaryKey(source.keyNames());
        return TableDescriptor.forConnector(StreamCatalog.CONNECTOR)
                .schema(schema.build())
                .build();
    }

    /** Parses and validates; whatever is wrong is thrown. */
    Table query(String select) {
        return tables.sqlQuery(select);
    }

    /** Later statements can read it by this name. */
    void view(String name, Table table) {
        tables.createTemporaryView("`" + name + "`", table);
    }

    /** The output's columns have the names of the table's, and the types given. */
    void output(Schema output) {
        catalog.output(output);
        org.apache.flink.table.api.Schema.Builder schema = org.apache.flink.table.api.Schema.newBuilder();
        for (Column column : output.columns()) {
            LogicalType type = column.type().copy(true);
            schema.column(column.name(), TypeConversions.fromLogicalToDataType(type));
        }
        tables.createTable(
                path(output.table()),
                TableDescriptor.forConnector(StreamCatalog.CONNECTOR)
                        .schema(schema.build())
                        .build());
    }

    /** How the outputs would run; whatever the planner cannot do is thrown. */
    String explain(Map<String, Table> outputs) {
        return statements(outputs).explain(ExplainDetail.CHANGELOG_MODE);
    }

    /** Adds the operators of all outputs to the environment, shared where statements have parts in common. */
    Map<String, DataStream<ChangelogRow>> attach(Map<String, Table> outputs) {
        statements(outputs).attachAsDataStream();
        Map<String, DataStream<ChangelogRow>> made = new TreeMap<>();
        // The planner works in an environment of its own; what is added to its streams would not be in the job.
        catalog.outputs()
                .forEach((name, stream) -> made.put(name, new DataStream<>(environment, stream.getTransformation())));
        return made;
    }

    private StreamStatementSet statements(Map<String, Table> outputs) {
        StreamStatementSet statements = tables.createStatementSet();
        outputs.forEach((name, table) -> statements.addInsert(path(name), table));
        return statements;
    }

    private static String path(String output) {
        return StreamCatalog.NAME + "." + OUTPUTS + ".`" + output + "`";
    }

    Set<String> tablesRead() {
        return catalog.tablesRead();
    }
}
