package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** How rows of one shape of a table become those of a scan. */
final class Route {

    private final OutputTag<RowData> tag;
    private final @Nullable Projection projection;
    private final NullCheck nulls;

    Route(Schema rows, Scan scan, RuntimeContext context) {
        this.tag = scan.tag();
        this.projection = Planned.projection(rows, scan, context);
        this.nulls = NullCheck.of(rows, scan, context);
    }

    /** Where the rows leave {@link TableSplit}. */
    OutputTag<RowData> tag() {
        return tag;
    }

    /** Whether the row that is read is the very one that came. */
    boolean isIdentity() {
        return projection != null && projection.isIdentity();
    }

    /** Null if the planner is not to have the row. */
    @Nullable
    BinaryRowData read(ChangelogRow row) {
        return projection != null && nulls.allows(row) ? projection.apply(row.row()) : null;
    }
}
