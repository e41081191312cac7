package io.tributary.change;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one shape of a table, written in another: columns go by number if both are of one
 * relation and else by name, what the source has not is null, and values
 * widen as {@link Schema#merge} allows, those of {@link Column#inferred} columns into text if need be. A column whose type became one that cannot hold the source's values is one that the
 * source has not.
 *
 * <p>A projection onto the same shape hands its rows through. Not safe for use by several threads.
 */
public final class Projection {

    private final boolean identity;
    private final boolean keepsAllColumns;
    private final Schema to;
    private final int[] sourceOf;
    private final RowData.@Nullable FieldGetter[] getters;
    private final LogicalType[] fromTypes;
    private final RowDataSerializer serializer;

    private Projection(Schema from, Schema to) {
        this.identity = from.columns().equals(to.columns());
        this.to = to;
        int arity = to.arity();
        this.sourceOf = new int[arity];
        this.getters = new RowData.FieldGetter[arity];
        this.fromTypes = new LogicalType[arity];
        this.serializer = new RowDataSerializer(to.rowType());
        for (int i = 0; i < arity; i++) {
            Column column = to.columns().get(i);
            int source = source(from, column, to);
            sourceOf[i] = source;
            fromTypes[i] =
                    source < 0 ? column.type() : from.columns().get(source).type();
            getters[i] = source < 0 ? null : RowData.createFieldGetter(fromTypes[i].copy(true), source);
        }
        this.keepsAllColumns =
                Arrays.stream(sourceOf).filter(source -> source >= 0).count() == from.arity();
    }

    private static int source(Schema from, Column column, Schema to) {
        int source = from.indexOf(column, to);
        return source >= 0 && column.holds(from.columns().get(source)) ? source : -1;
    }

    public static Projection of(Schema from, Schema to) {
        return new Projection(from, to);
    }

    /** The schema that rows are written in. */
    public Schema target() {
        return to;
    }

    public boolean isIdentity() {
        return identity;
    }

    /** True if the target has every column of the source, so that nothing of a row is lost. */
    public boolean keepsAllColumns() {
        return keepsAllColumns;
    }

    /** The index of the source's column that a column of the target comes from, or -1 if the source has none. */
    public int sourceOf(int target) {
        return sourceOf[target];
    }

    public BinaryRowData apply(BinaryRowData row) {
        if (identity) {
            return row;
        }
        GenericRowData target = new GenericRowData(row.getRowKind(), sourceOf.length);
        for (int i = 0; i < sourceOf.length; i++) {
            RowData.FieldGetter getter = getters[i];
            Object value = getter == null ? null : getter.getFieldOrNull(row);
            if (value != null) {
                target.setField(
                        i, widen(value, fromTypes[i], to.columns().get(i).type()));
            }
        }
        return serializer.toBinaryRow(target).copy();
    }

    /** Where the given columns of the source stand in the target, in rising order; what the target has not is left out. */
    public int[] columns(int[] ofSource) {
        if (identity || ofSource.length == 0) {
            return ofSource;
        }
        return IntStream.range(0, sourceOf.length)
                .filter(i -> Arrays.binarySearch(ofSource, sourceOf[i]) >= 0)
                .toArray();
    }

    private static Object widen(Object value, LogicalType from, LogicalType to) {
        switch (to.getTypeRoot()) {
            case INTEGER:
                return ((Number) value).intValue();
            case BIGINT:
                return ((Number) value).longValue();
            case DOUBLE:
                return ((Number) value).doubleValue();
            case DECIMAL:
                DecimalType decimal = (DecimalType) to;
                BigDecimal exact = value instanceof DecimalData
                        ? ((DecimalData) value).toBigDecimal()
                        : BigDecimal.valueOf(((Number) value).longValue());
                return DecimalData.fromBigDecimal(exact, decimal.getPrecision(), decimal.getScale());
            case VARCHAR:
                return value instanceof StringData ? value : StringData.fromString(CanonicalText.of(value, from));
            case ARRAY:
                return widenArray((ArrayData) value, (ArrayType) from, (ArrayType) to);
            default:
                return value;
        }
    }

    private static Object widenArray(ArrayData array, ArrayType from, ArrayType to) {
        LogicalType fromElement = from.getElementType();
        LogicalType toElement = to.getElementType();
        if (fromElement.copy(true).equals(toElement.copy(true))) {
            return array;
        }
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(fromElement.copy(true));
        Object[] elements = new Object[array.size()];
        for (int i = 0; i < elements.length; i++) {
            Object element = getter.getElementOrNull(array, i);
            elements[i] = element == null ? null : widen(element, fromElement, toElement);
        }
        return new GenericArrayData(elements);
    }
}
