package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * The columns in which one writer writes one table: a schema of the pipeline, and the Iceberg schema of the files, field
 * by field the same.
 *
 * <p>Columns of the table that the pipeline does not have stay out of the files; readers see null. A table may be wider
 * than the pipeline's schema, then rows are widened.
 */
final class TableShape {

    private static final int ATTEMPTS = 20;

    private final Schema rows;
    private final org.apache.iceberg.Schema files;

    private TableShape(Schema rows, org.apache.iceberg.Schema files) {
        this.rows = rows;
        this.files = files;
    }

    Schema rows() {
        return rows;
    }

    org.apache.iceberg.Schema files() {
        return files;
    }

    /** The shape that fits the table, which gets the columns it lacks and wider types. Other writers may do the same now. */
    static TableShape settle(Table table, Schema wanted) throws UnwritableException {
        for (int attempt = 1; ; attempt++) {
            table.refresh();
            Schema rows = fit(wanted, table);
            UpdateSchema update = table.updateSchema();
            if (!evolve(table.schema(), rows, update)) {
                return new TableShape(rows, files(table, rows));
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

    /** Whether the table needs a change to hold the schema. Throws if no change makes it. */
    static boolean differs(Table table, Schema wanted) throws UnwritableException {
        return evolve(table.schema(), fit(wanted, table), table.updateSchema());
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
            } else {
                columns.add(Column.of(column.name(), flinkType(field).copy(!wanted.isKey(i))));
                wider = true;
            }
        }
        for (PartitionField partition : table.spec().fields()) {
            Types.NestedField source = table.schema().findField(partition.sourceId());
            if (!partition.transform().isVoid() && wanted.indexOf(source.name()) < 0) {
                columns.add(Column.of(source.name(), flinkType(source)));
                wider = true;
            }
        }
        if (!wider) {
            return wanted;
        }
        try {
            return wanted.merge(Schema.of(wanted.table(), columns, wanted.keyNames()));
        } catch (SchemaConflictException e) {
            throw new UnwritableException("The Iceberg table does not fit: " + e.getMessage());
        }
    }

    private static LogicalType flinkType(Types.NestedField field) {
        return FlinkSchemaUtil.convert(field.type()).copy(true);
    }

    private static boolean evolve(org.apache.iceberg.Schema table, Schema rows, UpdateSchema update)
            throws UnwritableException {
        boolean changed = false;
        for (Column column : rows.columns()) {
            Types.NestedField field = table.asStruct().field(column.name());
            Type type = TypeMapping.type(rows.table(), column);
            if (field == null) {
                update.addColumn(null, column.name(), type);
                changed = true;
            } else if (!TypeMapping.same(field.type(), type)) {
                widen(rows.table(), field.name(), field.type(), type, update);
                changed = true;
            }
        }
        return changed;
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
        if (!to.isPrimitiveType() || !TypeUtil.isPromotionAllowed(from, to.asPrimitiveType())) {
            throw new UnwritableException("Column " + name + " of Iceberg table " + table + " is " + from
                    + " and cannot become " + to + ": drop or rename it there, or cast it in a SQL file");
        }
        update.updateColumn(name, to.asPrimitiveType());
    }

    private static org.apache.iceberg.Schema files(Table table, Schema rows) {
        List<Types.NestedField> fields = new ArrayList<>(rows.arity());
        for (Column column : rows.columns()) {
            fields.add(table.schema().asStruct().field(column.name()));
        }
        return new org.apache.iceberg.Schema(fields);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(20, 50L * attempt + 50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a table was being altered", e);
        }
    }
}
