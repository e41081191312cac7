package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
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
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.utils.TypeConversions;
import org.jspecify.annotations.Nullable;

/**
 * One table environment that knows the source tables, the lookup tables and the functions, and, where it takes one file after
 * the other, what the earlier ones make.
 *
 * <p>Works in UTC. State is kept for ever, for a row of a source can change at any time, unless the file says {@link #keep otherwise}.
 */
final class SqlSession {

    /** The planner knows no summing up for no time at all. */
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(1);

    /** The processing-time column that every source table gets where there are lookup tables to join. */
    static final String PROC_TIME = "proc_time";

    private static final String OUTPUTS = "outputs";

    /** What the planner says of a sink that tells rows apart by a state of its own. */
    private static final String MATERIALIZED = "upsertMaterialize=[true]";

    private final StreamExecutionEnvironment environment;
    private final StreamTableEnvironment tables;
    private final StreamCatalog catalog;
    private final Map<Transformation<?>, Scan> scans;
    private final boolean hasLookups;

    private SqlSession(
            StreamExecutionEnvironment environment,
            StreamTableEnvironment tables,
            StreamCatalog catalog,
            Map<Transformation<?>, Scan> scans,
            boolean hasLookups) {
        this.environment = environment;
        this.tables = tables;
        this.catalog = catalog;
        this.scans = scans;
        this.hasLookups = hasLookups;
    }

    /** A session without a job: no row ever comes. */
    static SqlSession dry(Collection<Input> sources, Collection<Lookup> lookups, Functions functions) {
        StreamExecutionEnvironment nowhere = new StreamExecutionEnvironment(new Configuration());
        return open(
                nowhere,
                sources,
                lookups,
                functions,
                scan -> nowhere.fromData(
                        List.<RowData>of(), InternalTypeInfo.of(scan.read().rowType())));
    }

    @SuppressWarnings("deprecation") // Its successor takes the options of a catalog, not a catalog.
    static SqlSession open(
            StreamExecutionEnvironment environment,
            Collection<Input> sources,
            Collection<Lookup> lookups,
            Functions functions,
            Function<Scan, DataStream<RowData>> streams) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(
                environment,
                EnvironmentSettings.newInstance()
                        .withClassLoader(functions.loader())
                        .build());
        configure(tables.getConfig());
        IdentityHashMap<Transformation<?>, Scan> scans = new IdentityHashMap<>();
        StreamCatalog catalog = new StreamCatalog(
                scan -> {
                    DataStream<RowData> stream = streams.apply(scan);
                    scans.put(stream.getTransformation(), scan);
                    return stream;
                },
                lookups);
        tables.registerCatalog(StreamCatalog.NAME, catalog);
        tables.useCatalog(StreamCatalog.NAME);
        tables.executeSql("CREATE DATABASE " + OUTPUTS);
        SqlSession session = new SqlSession(environment, tables, catalog, scans, !lookups.isEmpty());
        for (Input source : sources) {
            session.source(source);
        }
        for (Lookup lookup : lookups) {
            tables.createTable("`" + lookup.name() + "`", lookup.descriptor());
        }
        functions.register(tables);
        return session;
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

    private static TableDescriptor descriptor(Input input, boolean hasLookups) {
        Schema source = input.shape();
        org.apache.flink.table.api.Schema.Builder schema = org.apache.flink.table.api.Schema.newBuilder();
        for (Column column : source.columns()) {
            schema.column(column.name(), TypeConversions.fromLogicalToDataType(input.type(column)));
        }
        if (hasLookups && source.indexOf(PROC_TIME) < 0) {
            schema.columnByExpression(PROC_TIME, "PROCTIME()");
        }
        schema.primaryKey(source.keyNames());
        return TableDescriptor.forConnector(StreamCatalog.CONNECTOR)
                .schema(schema.build())
                .build();
    }

    /** What the operators of statements have in their state is forgotten when it has not changed for this long. */
    void keep(@Nullable Duration keep) {
        if (keep != null) {
            tables.getConfig().setIdleStateRetention(keep);
        }
    }

    /** Parses and validates; whatever is wrong is thrown. */
    Table query(String select) {
        return tables.sqlQuery(select);
    }

    /** As Flink calls them, which is not always as SQL does. */
    List<String> functions() {
        return List.of(tables.listFunctions());
    }

    /** Later statements can read the output of a file as they read a source table. */
    void source(Input input) {
        catalog.source(input);
        tables.createTable("`" + input.shape().table() + "`", descriptor(input, hasLookups));
    }

    /**
     * From now on changes are summed up before the state of aggregations is read and written.
     *
     * @param interval for how long at most
     * @param rows how many at most
     */
    void batch(Duration interval, int rows) {
        TableConfig config = tables.getConfig();
        config.set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_ENABLED, true);
        config.set(
                ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_ALLOW_LATENCY,
                interval.isZero() ? LEAST_INTERVAL : interval);
        config.set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_SIZE, (long) rows);
    }

    /** The output's columns have the names of the table's, and the types given. */
    void output(Schema output) {
        output(output, false);
    }

    /** The same, for rows that replace each other by the output's key. */
    void outputByKey(Schema output) {
        output(output, true);
    }

    private void output(Schema output, boolean isKeyed) {
        catalog.output(output);
        org.apache.flink.table.api.Schema.Builder schema = org.apache.flink.table.api.Schema.newBuilder();
        for (Column column : output.columns()) {
            LogicalType type = isKeyed ? column.type() : column.type().copy(true);
            schema.column(column.name(), TypeConversions.fromLogicalToDataType(type));
        }
        if (isKeyed) {
            schema.primaryKey(output.keyNames());
        }
        tables.createTable(
                path(output.table()),
                TableDescriptor.forConnector(StreamCatalog.CONNECTOR)
                        .schema(schema.build())
                        .build());
    }

    /**
     * Whether the planner knows that rows which come with each other's key are changes of one row, for a sink with the output's key:
     * then it puts no state of its own in front of that, to tell rows apart.
     */
    boolean keepsKey(Schema output, Table rows) {
        Schema keyed = Schema.of(output.table() + " by key", output.columns(), output.keyNames());
        outputByKey(keyed);
        tables.getConfig()
                .set(
                        ExecutionConfigOptions.TABLE_EXEC_SINK_UPSERT_MATERIALIZE,
                        ExecutionConfigOptions.UpsertMaterialize.AUTO);
        try {
            return !explain(keyed.table(), rows).contains(MATERIALIZED);
        } finally {
            configure(tables.getConfig());
        }
    }

    /** How the output would be made; whatever the planner cannot do is thrown. */
    String explain(String output, Table rows) {
        return statement(output, rows).explain(ExplainDetail.CHANGELOG_MODE);
    }

    /** Adds the operators that make the output to the environment. */
    DataStream<ChangelogRow> attach(String output, Table rows) {
        statement(output, rows).attachAsDataStream();
        // The planner works in an environment of its own; what is added to its streams would not be in the job.
        return new DataStream<>(environment, catalog.made(output).getTransformation());
    }

    /** What the operators that were attached read. */
    Map<Transformation<?>, Scan> scans() {
        return scans;
    }

    private StreamStatementSet statement(String output, Table rows) {
        StreamStatementSet statements = tables.createStatementSet();
        statements.addInsert(path(output), rows);
        return statements;
    }

    private static String path(String output) {
        return StreamCatalog.NAME + "." + OUTPUTS + ".`" + output + "`";
    }

    /** The tables that statements have named since this was asked last, but for lookup tables. */
    Set<String> takeTablesRead() {
        return catalog.takeTablesRead();
    }
}
