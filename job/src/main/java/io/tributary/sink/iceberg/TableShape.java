package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The columns in which one writer writes one table: a schema of the pipeline, and the Iceberg schema of the files, field
 * by field the same.
 *
 * <p>Columns of the table that the pipeline does not have stay out of the files; readers see null. A table may be wider
 * than the pipeline's schema, then rows are widened. A column whose type was found from data may be in the files under an id
 * that is not yet that of the column with its name ({@link ReplacedColumn}).
 */
final class TableShape {

    private static final int ATTEMPTS = 20;

    private final Schema rows;
    private final org.apache.iceberg.Schema files;
    private final Map<String, Integer> replaced;
    private final @Nullable ColumnIds ids;
    private final @Nullable TablePlan plan;

    private TableShape(
            Schema rows,
            org.apache.iceberg.Schema files,
            Map<String, Integer> replaced,
            @Nullable ColumnIds ids,
            @Nullable TablePlan plan) {
        this.rows = rows;
        this.files = files;
        this.replaced = replaced;
        this.ids = ids;
        this.plan = plan;
    }

    Schema rows() {
        return rows;
    }

    org.apache.iceberg.Schema files() {
        return files;
    }

    /** The ids of columns that get their names when the first file is committed. */
    Map<String, Integer> replaced() {
        return replaced;
    }

    /** Under which ids the files have the columns of a relation; null if the schema has none. */
    @Nullable
    ColumnIds ids() {
        return ids;
    }

    /** What the table is to become, in which the files are written already; null if it is so. */
    @Nullable
    TablePlan plan() {
        return plan;
    }

    /** The names of a relation's columns, by their numbers. */
    SortedMap<Integer, String> names() {
        SortedMap<Integer, String> names = new TreeMap<>();
        if (ids != null) {
            rows.columns().forEach(column -> names.put(column.number(), column.name()));
        }
        return names;
    }

    /** The columns by which the table is partitioned. */
    Set<String> partitions(Table table) {
        Set<Integer> sources = table.spec().fields().stream()
                .filter(partition -> !partition.transform().isVoid())
                .map(PartitionField::sourceId)
                .collect(Collectors.toSet());
        return files.columns().stream()
                .filter(field -> sources.contains(field.fieldId()))
                .map(Types.NestedField::name)
                .collect(Collectors.toSet());
    }

    /**
     * The shape that fits the table, which gets the columns it lacks and wider types. Other writers may do the same now. If they
     * plan to replace the table's content by such rows, it is the planned shape, and the table stays as it is.
     *
     * @param before what the writer has written until now
     */
    static TableShape settle(Table table, Schema wanted, @Nullable TableShape before, IcebergSettings settings)
            throws UnwritableException {
        for (int attempt = 1; ; attempt++) {
            table.refresh();
            TablePlan planned = TablePlan.pending(table, wanted, settings);
            if (planned != null) {
                return of(planned, table, wanted);
            }
            UpdateSchema update;
            if (wanted.relation() > 0) {
                if (ColumnIds.of(table) == null) {
                    FollowedNames.adopt(table, wanted);
                }
                if (attempt < ATTEMPTS && NextRelation.isUnsaid(table, wanted)) {
                    NextRelation.say(table, wanted, before);
                    continue;
                }
                FollowedColumns followed = FollowedColumns.of(table, wanted);
                if (!followed.changes()) {
                    return of(followed);
                }
                update = followed.update();
            } else {
                Schema rows = fit(wanted, table);
                update = table.updateSchema();
                if (!evolve(table, rows, update)) {
                    return of(table.schema().asStruct(), rows);
                }
            }
            try {
                update.commit();
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    /** The shape of a table whose content is to be replaced by such rows, for which the plan is made. */
    static TableShape replacing(Table table, Schema wanted, IcebergSettings settings) throws UnwritableException {
        TablePlan plan = TablePlan.make(table, wanted, settings);
        return plan == null ? settle(table, wanted, null, settings) : of(plan, table, wanted);
    }

    /**
     * The shape in which rows of a relation would be written. Fields that the table lacks have ids below 0. Throws if no change
     * makes the table hold them.
     */
    static TableShape foreseen(Table table, Schema wanted) throws UnwritableException {
        return of(FollowedColumns.foreseen(table, wanted));
    }

    /** Whether the table needs a change to hold the schema. Throws if no change makes it. */
    static boolean differs(Table table, Schema wanted) throws UnwritableException {
        return wanted.relation() > 0
                ? FollowedColumns.foreseen(table, wanted).changes()
                : evolve(table, fit(wanted, table), table.updateSchema());
    }

    /** The schema, each column as wide as the table's, with the table's partition columns that it does not have. */
    private static Schema fit(Schema wanted, Table table) throws UnwritableException {
        Types.StructType struct = table.schema().asStruct();
        List<Column> columns = new ArrayList<>();
        boolean wider = false;
        for (int i = 0; i < wanted.arity(); i++) {
            Column column = wanted.columns().get(i);
            Types.NestedField field = struct.field(column.name());
            if (field == null || TypeMapping.same(field.type(), TypeMapping.type(wanted.table(), column))) {
                columns.add(column);
            } else if (column.isInferred()) {
                columns.add(Column.inferred(column.name(), found(wanted.table(), column, field, struct)));
                wider = true;
            } else {
                columns.add(Column.of(
                        column.name(), ReplacedColumn.flinkType(field.type()).copy(!wanted.isKey(i))));
                wider = true;
            }
        }
        for (PartitionField partition : table.spec().fields()) {
            Types.NestedField source = table.schema().findField(partition.sourceId());
            if (!partition.transform().isVoid() && wanted.indexOf(source.name()) < 0) {
                columns.add(Column.of(source.name(), ReplacedColumn.flinkType(source.type())));
                wider = true;
            }
        }
        if (!wider) {
            return wanted;
        }
        Schema found = Schema.of(wanted.table(), columns, wanted.keyNames());
        try {
            return wanted.merge(found);
        } catch (SchemaConflictException e) {
            throw new UnwritableException("The Iceberg table does not fit: " + conflict(found, wanted, e));
        }
    }

    /** In the order in which it came to be: what the table has, and what it is to have. */
    private static String conflict(Schema found, Schema wanted, SchemaConflictException other) {
        try {
            found.merge(wanted);
            return String.valueOf(other.getMessage());
        } catch (SchemaConflictException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What a column becomes that holds the values of the field and of the column. */
    private static LogicalType found(String table, Column column, Types.NestedField field, Types.StructType struct)
            throws UnwritableException {
        LogicalType union = InferredType.join(ReplacedColumn.flinkType(field.type()), column.type());
        Type type = TypeMapping.type(table, column.typed(union));
        return TypeMapping.same(field.type(), type) || isPromotion(field.type(), type)
                ? union
                : ReplacedColumn.withPending(column.name(), union, struct);
    }

    private static boolean evolve(Table table, Schema rows, UpdateSchema update) throws UnwritableException {
        boolean changed = false;
        Types.StructType struct = table.schema().asStruct();
        for (Column column : rows.columns()) {
            Types.NestedField field = struct.field(column.name());
            Type type = TypeMapping.type(rows.table(), column);
            if (field == null) {
                update.addColumn(null, column.name(), type);
                changed = true;
            } else if (!TypeMapping.same(field.type(), type)) {
                boolean replaces = column.isInferred() && !isPromotion(field.type(), type);
                if (!replaces) {
                    widen(rows.table(), field.name(), field.type(), type, update);
                }
                changed |= !replaces || replace(table, rows.table(), field, type, update);
            }
        }
        return changed;
    }

    private static boolean replace(Table table, String name, Types.NestedField field, Type type, UpdateSchema update)
            throws UnwritableException {
        if (isFixed(table, field)) {
            throw new UnwritableException("Column " + field.name() + " of Iceberg table " + name + " is " + field.type()
                    + ", and values were found that only " + type + " holds; but rows are found by it, as it is part of"
                    + " the key or of the partitions: declare the type of the column, so that such values are refused"
                    + " where they are read, and see that the table has that type");
        }
        Types.StructType struct = table.schema().asStruct();
        Types.NestedField pending = ReplacedColumn.pending(field.name(), type, struct);
        if (pending == null) {
            String free = ReplacedColumn.pendingName(field.name(), type, struct);
            update.addColumn(null, free, type, ReplacedColumn.comment(field.name()));
            return true;
        }
        if (TypeMapping.same(pending.type(), type)) {
            return false;
        }
        widen(name, pending.name(), pending.type(), type, update);
        return true;
    }

    private static boolean isFixed(Table table, Types.NestedField field) {
        return table.schema().identifierFieldIds().contains(field.fieldId())
                || table.spec().fields().stream().anyMatch(partition -> partition.sourceId() == field.fieldId());
    }

    private static boolean isPromotion(Type from, Type to) {
        return to.isPrimitiveType() && TypeUtil.isPromotionAllowed(from, to.asPrimitiveType());
    }

    private static void widen(String table, String name, Type from, Type to, UpdateSchema update)
            throws UnwritableException {
        if (from.isListType() && to.isListType()) {
            widen(
                    table,
                    name + ".element",
                    from.asListType().elementType(),
                    to.asListType().elementType(),
                    update);
            return;
        }
        if (!isPromotion(from, to)) {
            throw new UnwritableException("Column " + name + " of Iceberg table " + table + " is " + from
                    + " and cannot become " + to + ": drop or rename it there, or cast it in a SQL file");
        }
        update.updateColumn(name, to.asPrimitiveType());
    }

    private static TableShape of(TablePlan plan, Table table, Schema rows) throws UnwritableException {
        Table planned = plan.planned(table);
        TableShape shape = rows.relation() > 0
                ? of(FollowedColumns.of(planned, rows))
                : of(planned.schema().asStruct(), rows);
        return new TableShape(shape.rows, shape.files, shape.replaced, shape.ids, plan);
    }

    private static TableShape of(FollowedColumns followed) {
        return new TableShape(
                followed.rows(), new org.apache.iceberg.Schema(followed.fields()), Map.of(), followed.ids(), null);
    }

    private static TableShape of(Types.StructType table, Schema rows) throws UnwritableException {
        List<Types.NestedField> fields = new ArrayList<>(rows.arity());
        Map<String, Integer> replaced = new TreeMap<>();
        for (Column column : rows.columns()) {
            Types.NestedField field = table.field(column.name());
            Type type = TypeMapping.type(rows.table(), column);
            Types.NestedField pending =
                    TypeMapping.same(field.type(), type) ? null : ReplacedColumn.pending(column.name(), type, table);
            if (pending == null) {
                fields.add(field);
            } else {
                fields.add(Types.NestedField.optional(pending.fieldId(), column.name(), type));
                replaced.put(column.name(), pending.fieldId());
            }
        }
        return new TableShape(rows, new org.apache.iceberg.Schema(fields), replaced, null, null);
    }

    /** Before something is tried again that somebody else was faster with. */
    static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(20, 50L * attempt + 50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a table was being altered", e);
        }
    }
}
