package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.RowData;

/**
 * Writes what the planner made for one output as a {@link ChangelogRow}, still without a version, and anew: see {@link PlainRows}.
 */
final class OutputRows extends RichMapFunction<RowData, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final Schema schema;

    private transient PlainRows rows;

    @SuppressWarnings("NullAway.Init")
    OutputRows(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void open(Configuration parameters) {
        rows = new PlainRows(schema.rowType());
    }

    @Override
    public ChangelogRow map(RowData row) {
        return ChangelogRow.of(row.getRowKind(), schema, Position.START, 0, rows.of(row));
    }
}
