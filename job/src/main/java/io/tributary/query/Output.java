package io.tributary.query;

import io.tributary.change.Schema;
import java.util.function.BooleanSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;

/** An output as {@link Settle} sees it: its shape, and counters in the metric group {@code table.<name>}. */
final class Output {

    final Schema schema;

    /** Retractions of rows that were never there: a function or a lookup answered differently the second time. */
    final Counter unknownRetractions;

    /** Changes of rows that were kept for some time only, and are forgotten. */
    final Counter forgottenRows;

    /** How often a bundle left a key with more than one row. Growing for long, it says that the key is not the SELECT's. */
    final Counter ambiguousKeys;

    private final int[] key;
    private final RowData.FieldGetter[] getters;
    private final RowDataSerializer serializer;

    /** @param isMaking whether a result is being made that is not shown yet */
    Output(Schema schema, MetricGroup metrics, BooleanSupplier isMaking, BooleanSupplier isSetAside) {
        this.schema = schema;
        MetricGroup group = metrics.addGroup("table", schema.table());
        this.unknownRetractions = group.counter("unknownRetractions");
        this.forgottenRows = group.counter("forgottenRows");
        this.ambiguousKeys = group.counter("ambiguousKeys");
        group.gauge("isBeingFilled", () -> isMaking.getAsBoolean() ? 1 : 0);
        group.gauge("isSetAside", () -> isSetAside.getAsBoolean() ? 1 : 0);
        this.key = schema.key();
        this.getters = new RowData.FieldGetter[key.length];
        for (int i = 0; i < key.length; i++) {
            getters[i] = RowData.createFieldGetter(schema.columns().get(key[i]).type(), key[i]);
        }
        this.serializer = new RowDataSerializer(schema.rowType());
    }

    /** A row with the key's values of this one, and no others. */
    BinaryRowData keyOnly(BinaryRowData row) {
        GenericRowData values = new GenericRowData(schema.arity());
        for (int i = 0; i < key.length; i++) {
            values.setField(key[i], getters[i].getFieldOrNull(row));
        }
        return serializer.toBinaryRow(values).copy();
    }
}
