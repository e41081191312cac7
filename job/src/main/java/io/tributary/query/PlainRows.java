package io.tributary.query;

import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/**
 * Writes rows anew, column by column and as INSERT, so that equal rows have equal bytes, whichever operator made them: writers differ
 * in what they leave behind a NULL.
 */
final class PlainRows {

    private final RowData.FieldGetter[] getters;
    private final GenericRowData values;
    private final RowDataSerializer serializer;

    PlainRows(RowType type) {
        getters = new RowData.FieldGetter[type.getFieldCount()];
        for (int i = 0; i < getters.length; i++) {
            getters[i] = RowData.createFieldGetter(type.getTypeAt(i).copy(true), i);
        }
        values = new GenericRowData(getters.length);
        serializer = new RowDataSerializer(type);
    }

    BinaryRowData of(RowData row) {
        for (int i = 0; i < getters.length; i++) {
            values.setField(i, getters[i].getFieldOrNull(row));
        }
        return serializer.toBinaryRow(values).copy();
    }
}
