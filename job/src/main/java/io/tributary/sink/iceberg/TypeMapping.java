package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Which Iceberg type holds a column's values. Key columns are required, all others optional, because the row of a delete
 * has the key only.
 */
final class TypeMapping {

    private TypeMapping() {}

    /** The table a schema makes, its key as identifier fields. */
    static org.apache.iceberg.Schema schema(Schema schema) throws UnwritableException {
        int[] lastId = {schema.arity()};
        List<Types.NestedField> fields = new ArrayList<>(schema.arity());
        Set<Integer> identifiers = new HashSet<>();
        for (int i = 0; i < schema.arity(); i++) {
            Column column = schema.columns().get(i);
            Type type = type(schema.table(), column, lastId);
            if (schema.isKey(i)) {
                checkKey(schema.table(), column, type);
                fields.add(Types.NestedField.required(i + 1, column.name(), type));
                identifiers.add(i + 1);
            } else {
                fields.add(Types.NestedField.optional(i + 1, column.name(), type));
            }
        }
        return new org.apache.iceberg.Schema(fields, identifiers);
    }

    /** The ids inside the type mean nothing. */
    static Type type(String table, Column column) throws UnwritableException {
        return type(table, column, new int[] {0});
    }

    /** Whether two types are the same but for the ids inside them. */
    static boolean same(Type one, Type other) {
        if (one.isListType() && other.isListType()) {
            return same(one.asListType().elementType(), other.asListType().elementType());
        }
        return one.equals(other);
    }

    /** Whether Iceberg can change a column from one type into the other without writing its files again. */
    static boolean isPromotion(Type from, Type to) {
        if (from.isListType() && to.isListType()) {
            Type element = from.asListType().elementType();
            return same(element, to.asListType().elementType())
                    || isPromotion(element, to.asListType().elementType());
        }
        return to.isPrimitiveType() && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
    }

    private static Type type(String table, Column column, int[] lastId) throws UnwritableException {
        Type type = type(column.type(), lastId);
        if (type == null) {
            throw new UnwritableException("Column " + column.name() + " of table " + table + " is "
                    + column.type().asSummaryString()
                    + ", which Iceberg cannot hold: cast it in a SQL file, or leave it out");
        }
        return type;
    }

    private static void checkKey(String table, Column column, Type type) throws UnwritableException {
        if (!type.isPrimitiveType() || type.typeId() == Type.TypeID.FLOAT || type.typeId() == Type.TypeID.DOUBLE) {
            throw new UnwritableException("Key column " + column.name() + " of table " + table + " is "
                    + column.type().asSummaryString() + ", which Iceberg cannot have as a key: name other key columns"
                    + " as " + NamedKey.ofTable(table, "key") + ", or cast it in a SQL file");
        }
    }

    @SuppressWarnings("NullAway") // null says that there is no such type; the caller makes it a sentence
    private static Type type(LogicalType type, int[] lastId) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
                return Types.BooleanType.get();
            case TINYINT:
            case SMALLINT:
            case INTEGER:
                return Types.IntegerType.get();
            case BIGINT:
                return Types.LongType.get();
            case FLOAT:
                return Types.FloatType.get();
            case DOUBLE:
                return Types.DoubleType.get();
            case DECIMAL:
                DecimalType decimal = (DecimalType) type;
                return Types.DecimalType.of(decimal.getPrecision(), decimal.getScale());
            case CHAR:
            case VARCHAR:
                return Types.StringType.get();
            case BINARY:
            case VARBINARY:
                return Types.BinaryType.get();
            case DATE:
                return Types.DateType.get();
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return LogicalTypeChecks.getPrecision(type) <= 6 ? Types.TimestampType.withoutZone() : null;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return LogicalTypeChecks.getPrecision(type) <= 6 ? Types.TimestampType.withZone() : null;
            case ARRAY:
                int id = ++lastId[0];
                Type element = type(((ArrayType) type).getElementType(), lastId);
                return element == null ? null : Types.ListType.ofOptional(id, element);
            default:
                return null;
        }
    }
}
