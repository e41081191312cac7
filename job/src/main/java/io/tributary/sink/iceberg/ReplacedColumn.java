package io.tributary.sink.iceberg;

import io.tributary.change.InferredType;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
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

    /** What the comment of such a column begins with. */
    static final String PENDING = "Takes the place of column";

    private ReplacedColumn() {}

    /** A name that is free for the column until the commit, which knows it by its {@link #comment}. */
    static String pendingName(String column, Type type, Types.StructType table) {
        return free(column + "__new_" + typeName(type), table);
    }

    static String comment(String column) {
        return PENDING + " " + column + " with the next commit of its type";
    }

    private static boolean isPending(Types.NestedField field, String column) {
        return comment(column).equals(field.doc());
    }

    /** The narrowest type that holds the given one and those that other writers want the column to be replaced by. */
    static LogicalType withPending(String column, LogicalType type, Types.StructType table) {
        LogicalType union = type;
        for (Types.NestedField field : table.fields()) {
            if (isPending(field, column)) {
                union = InferredType.join(union, flinkType(field.type()));
            }
        }
        return union;
    }

    /** The field that is to take the column's place and has the type, or else one that can be changed into it. */
    static Types.@Nullable NestedField pending(String column, Type type, Types.StructType table) {
        Types.NestedField found = null;
        for (Types.NestedField field : table.fields()) {
            if (!isPending(field, column)) {
                continue;
            }
            if (TypeMapping.same(field.type(), type)) {
                return field;
            }
            if (TypeUtil.isPromotionAllowed(field.type(), type.asPrimitiveType())) {
                found = field;
            }
        }
        return found;
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
            boolean isWider = now == null || InferredType.holds(flinkType(next.type()), flinkType(now.type()));
            UpdateSchema update = transaction.updateSchema();
            if (now != null) {
                Types.NestedField kept = isWider ? now : next;
                update.updateColumnDoc(kept.name(), "Values of column " + column + " from when it was " + kept.type());
                update.renameColumn(kept.name(), free(column + "__" + typeName(kept.type()), table.asStruct()));
            }
            if (isWider) {
                update.updateColumnDoc(
                        next.name(), "Was another column before its type was found to be " + next.type());
                update.renameColumn(next.name(), column);
            }
            update.commit();
        });
    }

    private static String free(String name, Types.StructType table) {
        String free = name;
        for (int i = 2; isTaken(free, table); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    private static boolean isTaken(String name, Types.StructType table) {
        return table.fields().stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }

    /** Such as decimal_21_2. */
    static String typeName(Type type) {
        String name = type.typeId() == Type.TypeID.LONG ? "bigint" : type.toString();
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("_$", "");
    }
}
