package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.LastCheckpoint;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.types.RowKind;

/**
 * Keeps rows away from the planner that have a NULL where it was told there is none: its code would take that for an empty
 * text or some number, and say nothing.
 *
 * <p>A row from before the plan was replaced in the source since, for there it could not stay: it is left out as if it were
 * not there, until its successor comes. A row from later cannot be followed, since the source lets NULL in again. What is taken
 * back with such a NULL was never given.
 */
final class NullCheck {

    private final Schema rows;
    private final Schema planned;
    private final RequiredColumns required;
    private final RuntimeContext context;
    private final int[] columns;
    private final int[] sources;

    private NullCheck(
            Schema rows,
            Schema planned,
            RequiredColumns required,
            RuntimeContext context,
            int[] columns,
            int[] sources) {
        this.rows = rows;
        this.planned = planned;
        this.required = required;
        this.context = context;
        this.columns = columns;
        this.sources = sources;
    }

    /** @param rows the shape that rows come in */
    static NullCheck of(Schema rows, Scan scan, RuntimeContext context) {
        Schema planned = scan.table();
        int[] columns =
                scan.required().names().stream().mapToInt(planned::indexOf).toArray();
        int[] sources = IntStream.of(columns)
                .map(column -> rows.indexOf(planned.columns().get(column), planned))
                .toArray();
        return new NullCheck(rows, planned, scan.required(), context, columns, sources);
    }

    /** Whether the planner may have the row. */
    boolean allows(ChangelogRow row) {
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] < 0 || row.row().isNullAt(sources[i])) {
                refuse(row, planned.columns().get(columns[i]), sources[i] < 0);
                return false;
            }
        }
        return true;
    }

    private void refuse(ChangelogRow came, Column column, boolean isGone) {
        boolean isRetraction = came.kind() == RowKind.UPDATE_BEFORE || came.kind() == RowKind.DELETE;
        if (rows.revision() < planned.revision() || required.isReplaced(came.version()) || (isRetraction && !isGone)) {
            return;
        }
        throw new OutdatedPlanException("Column " + column.name() + " of table " + rows.table()
                + (isGone ? " is gone" : " may be NULL now")
                + ", and the SQL was planned before that. Start the job again from "
                + LastCheckpoint.of(context));
    }
}
