package io.tributary.sample;

import io.tributary.change.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;

/** The keys of a table's rows: equal ones have equal bytes. */
final class SampleKey {

    private final RowData.FieldGetter[] getters;
    private final RowDataSerializer serializer;

    SampleKey(Schema schema) {
        int[] key = schema.key();
        LogicalType[] types = new LogicalType[key.length];
        getters = new RowData.FieldGetter[key.length];
        for (int i = 0; i < key.length; i++) {
            types[i] = schema.columns().get(key[i]).type();
            getters[i] = RowData.createFieldGetter(types[i], key[i]);
        }
        serializer = new RowDataSerializer(types);
    }

    BinaryRowData of(RowData row) {
        GenericRowData key = new GenericRowData(getters.length);
        for (int i = 0; i < getters.length; i++) {
            key.setField(i, getters[i].getFieldOrNull(row));
        }
        return serializer.toBinaryRow(key).copy();
    }
}
