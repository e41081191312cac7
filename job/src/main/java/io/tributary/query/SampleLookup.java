package io.tributary.query;

import io.tributary.change.BinaryRows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Rows that are given in place of those of a lookup table's database.
 *
 * <p>Public because Flink's planner calls it.
 */
public final class SampleLookup extends LookupFunction {

    private static final long serialVersionUID = 1L;

    private final ArrayList<byte[]> rows;
    private final RowType type;
    private final int[] projection;
    private final int[] key;

    /**
     * @param rows with all columns of the lookup table
     * @param columns those that are asked for
     * @param key the columns that are compared
     */
    SampleLookup(List<byte[]> rows, RowType type, DataType columns, String[] key) {
        this.rows = new ArrayList<>(rows);
        this.type = type;
        this.projection = DataType.getFieldNames(columns).stream()
                .mapToInt(type::getFieldIndex)
                .toArray();
        this.key = new int[key.length];
        for (int i = 0; i < key.length; i++) {
            this.key[i] = type.getFieldIndex(key[i]);
        }
    }

    @Override
    public Collection<RowData> lookup(RowData wanted) {
        List<RowData> found = new ArrayList<>();
        for (byte[] bytes : rows) {
            RowData row = BinaryRows.of(type.getFieldCount(), bytes);
            boolean isWanted = true;
            for (int i = 0; i < key.length; i++) {
                LogicalType of = type.getTypeAt(key[i]);
                Object value = RowData.createFieldGetter(of.copy(true), key[i]).getFieldOrNull(row);
                isWanted &= value != null
                        && Objects.equals(
                                value,
                                RowData.createFieldGetter(of.copy(true), i).getFieldOrNull(wanted));
            }
            if (isWanted) {
                found.add(projected(row));
            }
        }
        return found;
    }

    private RowData projected(RowData row) {
        GenericRowData values = new GenericRowData(projection.length);
        for (int i = 0; i < projection.length; i++) {
            values.setField(
                    i,
                    RowData.createFieldGetter(type.getTypeAt(projection[i]).copy(true), projection[i])
                            .getFieldOrNull(row));
        }
        return values;
    }
}
