package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;

/**
 * Writes what the planner made for one output as a {@link ChangelogRow}, still without a version.
 *
 * <p>Every row is written anew, column by column, so that equal rows have equal bytes, whichever operator made them:
 * writers differ in what they leave behind a NULL.
 */
final class OutputRows extends RichMapFunction<RowData, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final Schema schema;

    private transient RowData.FieldGetter[] getters;
    private transient GenericRowData values;
    private transient RowDataSerializer serializer;

    @SuppressWarnings("NullAway.Init")
    OutputRows(Schema schema) {
        this.schema = schema;
    }

    @Override
    public void open(Configuration parameters) {
        getters = new RowData.FieldGetter[schema.arity()];
        for (int i = 0; i < schema.arity(); i++) {
            getters[i] =
                    RowData.createFieldGetter(schema.columns().get(i).type().copy(true), i);
        }
        values = new GenericRowData(schema.arity());
        serializer = new RowDataSerializer(schema.rowType());
    }

    @Override
    public ChangelogRow map(RowData row) {
        for (int i = 0; i < getters.length; i++) {
            values.setField(i, getters[i].getFieldOrNull(row));
        }
        return ChangelogRow.of(
                row.getRowKind(),
                schema,
                Position.START,
                0,
                serializer.toBinaryRow(values).copy());
    }
}
