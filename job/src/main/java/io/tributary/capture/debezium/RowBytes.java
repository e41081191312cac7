package io.tributary.capture.debezium;

import io.tributary.change.Schema;
import java.util.Arrays;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a row of one shape, written value by value as they come, and those of its key. A column that does not come is
 * null. One object serves row after row.
 */
final class RowBytes {

    private final Schema schema;
    private final int[] keyColumns;
    private final RowData.FieldGetter[] keyGetters;
    private final RowDataSerializer keySerializer;
    private final BinaryRowData written;
    private final BinaryRowWriter writer;
    private final boolean[] seen;
    private final boolean[] left;
    private int last;
    private boolean isOrdered;

    RowBytes(Schema schema) {
        this.schema = schema;
        this.keyColumns = schema.key();
        this.keyGetters = new RowData.FieldGetter[keyColumns.length];
        LogicalType[] keyTypes = new LogicalType[keyColumns.length];
        for (int i = 0; i < keyColumns.length; i++) {
            keyTypes[i] = schema.columns().get(keyColumns[i]).type();
            keyGetters[i] = RowData.createFieldGetter(keyTypes[i].copy(true), keyColumns[i]);
        }
        this.keySerializer = new RowDataSerializer(RowType.of(keyTypes));
        this.written = new BinaryRowData(schema.arity());
        this.writer = new BinaryRowWriter(written);
        this.seen = new boolean[schema.arity()];
        this.left = new boolean[schema.arity()];
    }

    /** For the next row. */
    void reset() {
        writer.reset();
        Arrays.fill(seen, false);
        Arrays.fill(left, false);
        last = -1;
        isOrdered = true;
    }

    /** The column that most likely comes next: mostly they come in order. */
    int likely() {
        return last + 1;
    }

    boolean has(int column) {
        return seen[column];
    }

    /** Takes the value of this column, which the row does not have yet. */
    BinaryRowWriter at(int column) {
        isOrdered &= column > last;
        last = column;
        seen[column] = true;
        return writer;
    }

    /** The column came without its value, which did not change. */
    void leaveOut(int column) {
        left[column] = true;
        writer.setNullAt(column);
    }

    /** The column's value cannot be taken: it is as if it had not come. */
    void forget(int column) {
        seen[column] = false;
    }

    /** All columns that the row has have come. */
    void complete() {
        for (int i = 0; i < seen.length; i++) {
            if (!seen[i]) {
                writer.setNullAt(i);
            }
        }
        writer.complete();
    }

    /** The same row has the same bytes, in whichever order its columns came. */
    BinaryRowData row() {
        if (isOrdered) {
            return written.copy();
        }
        GenericRowData values = new GenericRowData(seen.length);
        for (int i = 0; i < seen.length; i++) {
            LogicalType type = schema.columns().get(i).type().copy(true);
            values.setField(i, RowData.createFieldGetter(type, i).getFieldOrNull(written));
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(values).copy();
    }

    /** Null if a value of it is missing. */
    @Nullable
    BinaryRowData key() {
        GenericRowData values = new GenericRowData(keyColumns.length);
        for (int i = 0; i < keyColumns.length; i++) {
            if (!seen[keyColumns[i]] || written.isNullAt(keyColumns[i])) {
                return null;
            }
            values.setField(i, keyGetters[i].getFieldOrNull(written));
        }
        return keySerializer.toBinaryRow(values).copy();
    }

    /** The columns that came without their values, in order. */
    int[] leftOut() {
        int count = 0;
        for (boolean each : left) {
            count += each ? 1 : 0;
        }
        int[] columns = new int[count];
        for (int i = 0, at = 0; i < left.length; i++) {
            if (left[i]) {
                columns[at++] = i;
            }
        }
        return columns;
    }
}
