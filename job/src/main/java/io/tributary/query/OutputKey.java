package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** The key of an output's row. */
final class OutputKey implements KeySelector<ChangelogRow, TableKey> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable Map<Long, Columns> byTable;

    @Override
    public TableKey getKey(ChangelogRow row) {
        if (byTable == null) {
            byTable = new HashMap<>();
        }
        Schema schema = row.schema();
        return byTable.computeIfAbsent(schema.fingerprint(), first -> new Columns(schema))
                .of(row);
    }

    private static final class Columns {
        private final RowData.FieldGetter[] getters;
        private final RowDataSerializer serializer;

        Columns(Schema schema) {
            int[] key = schema.key();
            LogicalType[] types = new LogicalType[key.length];
            getters = new RowData.FieldGetter[key.length];
            for (int i = 0; i < key.length; i++) {
                types[i] = schema.columns().get(key[i]).type();
                getters[i] = RowData.createFieldGetter(types[i], key[i]);
            }
            serializer = new RowDataSerializer(types);
        }

        TableKey of(ChangelogRow row) {
            GenericRowData key = new GenericRowData(getters.length);
            for (int i = 0; i < getters.length; i++) {
                key.setField(i, getters[i].getFieldOrNull(row.row()));
            }
            return TableKey.of(row.schema(), serializer.toBinaryRow(key).copy());
        }
    }
}
