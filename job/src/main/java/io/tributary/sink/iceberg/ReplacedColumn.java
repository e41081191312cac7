package io.tributary.sink.iceberg;

import io.tributary.change.InferredType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column of another type takes the place of one that cannot be changed into it, in two steps that readers see as one.
 *
 * <p>A writer that needs it adds it beside the other, as {@code <column>__new_<type>}, and writes into that: a file knows
 * its columns by their ids. The commit of the first such file renames both: the old one becomes {@code <column>__<type>} and
 * keeps its values, the new one gets its name. Rows come again in the new type before that commit, so that a reader finds
 * the values in the old column, or in the new.
 */
final class ReplacedColumn {

    private ReplacedColumn() {}

    /** What the column is called until the commit. Types that follow from one another without a replacement share it. */
    static String pendingName(String column, Type type) {
        boolean isDecimal = type.typeId() == Type.TypeID.DECIMAL;
        return pendingPrefix(column) + (isDecimal ? "decimal_" + ((Types.DecimalType) type).scale() : typeName(type));
    }

    private static String pendingPrefix(String column) {
        return column + "__new_";
    }

    /** The narrowest type that holds the given one and those that other writers want the column to be replaced by. */
    static LogicalType withPending(String column, LogicalType type, Types.StructType table) {
        LogicalType union = type;
        for (Types.NestedField field : table.fields()) {
            if (field.name().startsWith(pendingPrefix(column))) {
                union = InferredType.join(union, flinkType(field.type()));
            }
        }
        return union;
    }

    /** Null if the files are in columns that have their names. */
    static @Nullable Integer pendingId(Types.StructType table, String column, Type type) {
        Types.NestedField field = table.field(pendingName(column, type));
        return field == null || !TypeMapping.same(field.type(), type) ? null : field.fieldId();
    }

    static LogicalType flinkType(Type type) {
        return FlinkSchemaUtil.convert(type).copy(true);
    }

    /** True if the table has to be changed before these columns have their names. */
    static boolean anyPending(Schema table, Map<String, Integer> idsByColumn) {
        return idsByColumn.entrySet().stream().anyMatch(column -> {
            Types.NestedField now = table.asStruct().field(column.getKey());
            Types.NestedField next = table.findField(column.getValue());
            return next != null && (now == null || now.fieldId() != next.fieldId()) && isPending(next, column.getKey());
        });
    }

    /** Renames what is to be renamed, in the transaction. What stands there already, or is narrower, is left. */
    static void promote(Transaction transaction, Map<String, Integer> idsByColumn) {
        new TreeMap<>(idsByColumn).forEach((column, id) -> {
            Schema table = transaction.table().schema();
            Types.NestedField now = table.asStruct().field(column);
            Types.NestedField next = table.findField(id);
            if (next == null || !isPending(next, column)) {
                return;
            }
            UpdateSchema update = transaction.updateSchema();
            if (now == null) {
                update.renameColumn(next.name(), column);
            } else if (InferredType.holds(flinkType(next.type()), flinkType(now.type()))) {
                update.renameColumn(column, keptName(column, now.type(), table));
                update.renameColumn(next.name(), column);
            } else {
                update.renameColumn(next.name(), keptName(column, next.type(), table));
            }
            update.commit();
        });
    }

    private static boolean isPending(Types.NestedField field, String column) {
        return field.name().startsWith(pendingPrefix(column));
    }

    private static String keptName(String column, Type type, Schema table) {
        List<Types.NestedField> fields = table.columns();
        String name = column + "__" + typeName(type);
        String free = name;
        for (int i = 2; isTaken(free, fields); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    private static boolean isTaken(String name, List<Types.NestedField> fields) {
        return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }

    /** Such as decimal_21_2. */
    private static String typeName(Type type) {
        String name = type.typeId() == Type.TypeID.LONG ? "bigint" : type.toString();
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("_$", "");
    }
}
