package io.tributary.sink.iceberg;

import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.flink.source.reader.RowDataConverter;
import org.jspecify.annotations.Nullable;

/**
 * Makes a key of what was read from a table: in the types of the pipeline, with the bytes that the same key of a source has.
 *
 * <p>One thread of a subtask reads.
 */
final class HeldKey implements RowDataConverter<Change> {

    private static final long serialVersionUID = 1L;

    private final Schema schema;
    private final RowType read;
    private final int[] order;
    private final int version;
    private transient @Nullable Parts parts;

    /**
     * @param read the columns as they are read
     * @param order where the key's columns are among them
     * @param version where the version is; below 0 if it is not read
     */
    HeldKey(Schema schema, RowType read, int[] order, int version) {
        this.schema = schema;
        this.read = read;
        this.order = order.clone();
        this.version = version;
    }

    @Override
    public Change apply(RowData row) {
        Parts known = parts == null ? new Parts(this) : parts;
        parts = known;
        GenericRowData key = new GenericRowData(order.length);
        for (int i = 0; i < order.length; i++) {
            Object value = known.fields[i].getFieldOrNull(row);
            if (value == null) {
                throw new IllegalStateException("A row of Iceberg table " + schema.table() + " has no "
                        + schema.keyNames().get(i) + ", which is part of its key");
            }
            key.setField(i, KeyValue.of(value, type(i)));
        }
        return Change.held(schema, version(row), 0, known.keys.toBinaryRow(key).copy());
    }

    private Position version(RowData row) {
        if (version < 0) {
            return Position.START;
        }
        if (row.isNullAt(version)) {
            throw new IllegalStateException("A row of Iceberg table " + schema.table()
                    + " has no version, as one has that"
                    + " was written before " + IcebergSettings.VERSION_COLUMN.key() + " was set: start the job without"
                    + " start-from, or empty the table first");
        }
        return Position.ofHex(row.getString(version).toString());
    }

    private LogicalType type(int index) {
        return schema.columns().get(schema.key()[index]).type();
    }

    @Override
    public TypeInformation<Change> getProducedType() {
        return WireType.CHANGE;
    }

    /** What is worked out once. */
    private static final class Parts {
        private final RowData.FieldGetter[] fields;
        private final RowDataSerializer keys;

        private Parts(HeldKey key) {
            fields = IntStream.of(key.order)
                    .mapToObj(index -> RowData.createFieldGetter(key.read.getTypeAt(index), index))
                    .toArray(RowData.FieldGetter[]::new);
            keys = new RowDataSerializer(
                    IntStream.range(0, key.order.length).mapToObj(key::type).toArray(LogicalType[]::new));
        }
    }
}
