package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Projection;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Parts the changelogs by table, for the planner, and takes what is meant for one file. Every row is given in the shape that the
 * file was planned with: columns that came later are left out, columns that went are NULL.
 *
 * <p>What is retracted blindly was never given to the planner, so it is not taken from it either. Nor is a table that is made
 * anew: what files read are rows.
 *
 * <p>When a table changes in a way that the file cannot follow, the file is set aside.
 */
final class TableSplit extends ProcessFunction<ChangelogRow, ChangelogRow> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private final Map<String, Schema> shapes = new HashMap<>();
    private final String path;
    private final String output;
    private final String statement;
    private final String consumer;
    private final SetAside setAside;
    private final HashMap<String, RequiredColumns> required;
    private transient @Nullable Map<Long, Route> routes;

    /**
     * @param required which columns of the tables it was planned with as never NULL, by table
     * @param plan what tells apart how the file's output is made
     */
    TableSplit(List<Schema> tables, Map<String, RequiredColumns> required, SqlFile file, String plan) {
        this.required = new HashMap<>(required);
        this.path = file.path();
        this.output = file.table();
        this.statement = file.text();
        this.consumer = Audience.query(file.table());
        this.setAside = new SetAside(consumer, plan);
        tables.forEach(table -> shapes.put(table.table(), table));
    }

    static OutputTag<RowData> tag(Schema table) {
        return new OutputTag<>(table.table(), InternalTypeInfo.of(table.rowType()));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        setAside.restore(context);
    }

    @Override
    public void processElement(ChangelogRow row, Context context, Collector<ChangelogRow> nothing) throws Exception {
        if (row.isReplacement() || setAside.isSetAside()) {
            return;
        }
        try {
            give(row, context);
        } catch (OutdatedPlanException e) {
            context.output(
                    GuardedOperator.REJECTED, Uncomputable.setAside(path, output, row, e, System.currentTimeMillis()));
            context.output(SetAside.MARKS, setAside.now());
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    private void give(ChangelogRow row, Context context) {
        Route route = route(row.schema());
        boolean isRetraction = row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE;
        if (route.tag == null || !row.audience().isFor(consumer) || (row.isBlind() && isRetraction)) {
            return;
        }
        BinaryRowData whole = route.projection.apply(row.row());
        if (!route.nulls.allows(row, whole)) {
            return;
        }
        RowKind kind = row.isBlind() ? RowKind.INSERT : row.kind();
        if (whole.getRowKind() != kind) {
            // The row that came may be on its way to other operators too.
            whole = route.projection.isIdentity() ? whole.copy() : whole;
            whole.setRowKind(kind);
        }
        context.output(route.tag, whole);
    }

    private Route route(Schema schema) {
        if (routes == null) {
            routes = new HashMap<>();
        }
        Route route = routes.get(schema.fingerprint());
        if (route == null) {
            route = route(schema, shapes.get(schema.table()));
            routes.put(schema.fingerprint(), route);
        }
        return route;
    }

    private Route route(Schema rows, @Nullable Schema planned) {
        RuntimeContext context = getRuntimeContext();
        return planned == null
                ? new Route(null, Projection.of(rows, rows), NullCheck.of(rows, rows, RequiredColumns.NONE, context))
                : new Route(
                        tag(planned),
                        Planned.projection(rows, planned, column -> SqlFile.mayRead(statement, column), context),
                        NullCheck.of(
                                rows, planned, required.getOrDefault(rows.table(), RequiredColumns.NONE), context));
    }

    private static final class Route {
        private final @Nullable OutputTag<RowData> tag;
        private final Projection projection;
        private final NullCheck nulls;

        Route(@Nullable OutputTag<RowData> tag, Projection projection, NullCheck nulls) {
            this.tag = tag;
            this.projection = projection;
            this.nulls = nulls;
        }
    }
}
