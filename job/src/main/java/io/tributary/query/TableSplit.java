package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 */
final class TableSplit extends ProcessFunction<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final Map<String, Schema> shapes = new HashMap<>();
    private final String consumer;
    private final String statement;
    private transient @Nullable Map<Long, Route> routes;

    /**
     * @param consumer the file, as it is called among consumers
     * @param statement the file's text
     */
    TableSplit(List<Schema> tables, String consumer, String statement) {
        this.consumer = consumer;
        this.statement = statement.toLowerCase(Locale.ROOT);
        tables.forEach(table -> shapes.put(table.table(), table));
    }

    static OutputTag<RowData> tag(Schema table) {
        return new OutputTag<>(table.table(), InternalTypeInfo.of(table.rowType()));
    }

    @Override
    public void processElement(ChangelogRow row, Context context, Collector<ChangelogRow> nothing) {
        if (row.isReplacement()) {
            return;
        }
        Route route = route(row.schema());
        boolean isRetraction = row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE;
        if (route.tag == null || !row.audience().isFor(consumer) || (row.isBlind() && isRetraction)) {
            return;
        }
        BinaryRowData whole = route.projection.apply(row.row());
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
            Schema planned = shapes.get(schema.table());
            route = planned == null
                    ? new Route(null, Projection.of(schema, schema))
                    : new Route(tag(planned), Planned.projection(schema, planned, this::mayRead, getRuntimeContext()));
            routes.put(schema.fingerprint(), route);
        }
        return route;
    }

    /** In doubt they do: where the name is part of anything, or a star may stand for all columns. */
    private boolean mayRead(String column) {
        return statement.contains(column.toLowerCase(Locale.ROOT))
                || statement.replace("count(*)", "").contains("*");
    }

    private static final class Route {
        private final @Nullable OutputTag<RowData> tag;
        private final Projection projection;

        Route(@Nullable OutputTag<RowData> tag, Projection projection) {
            this.tag = tag;
            this.projection = projection;
        }
    }
}
