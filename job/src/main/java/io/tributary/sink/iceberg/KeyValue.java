package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Column;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.types.Type;

/** The way back of a key's value: from the type that a table has to that of the pipeline. */
final class KeyValue {

    private KeyValue() {}

    /** Whether each value of the field is one of the column. */
    static boolean fits(Type field, Column column) throws UnwritableException {
        Type type = TypeMapping.type("", column);
        return TypeMapping.same(field, type) || TypeMapping.isPromotion(field, type);
    }

    /** @param value in Flink's form of what a table has */
    static Object of(Object value, LogicalType type) {
        switch (type.getTypeRoot()) {
            case TINYINT:
                return ((Number) value).byteValue();
            case SMALLINT:
                return ((Number) value).shortValue();
            case INTEGER:
            case DATE:
                return ((Number) value).intValue();
            case BIGINT:
                return ((Number) value).longValue();
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                return requireNonNull(DecimalData.fromBigDecimal(
                        ((DecimalData) value).toBigDecimal(), decimal.getPrecision(), decimal.getScale()));
            default:
                return value;
        }
    }
}
