package io.tributary.command.verify;

import java.io.IOException;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** A table of the lake, read as any reader does: with its deletes applied. */
public final class IcebergTable {

    private final Table table;

    public IcebergTable(Table table) {
        this.table = table;
    }

    /** How many rows have this value in the column; none while there is no such column. */
    public long rowsWith(String column, String value) throws IOException {
        if (table.schema().findField(column) == null) {
            return 0;
        }
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .select(column)
                .where(Expressions.equal(column, value))
                .build()) {
            long rows = 0;
            for (Record row : records) {
                rows += value.equals(row.getField(column)) ? 1 : 0;
            }
            return rows;
        }
    }

    void read(List<ColumnForm> columns, Rows rows) throws Exception {
        String[] names = columns.stream().map(ColumnForm::name).toArray(String[]::new);
        try (CloseableIterable<Record> records =
                MergedRows.of(table, table.schema().select(names))) {
            for (Record row : records) {
                @Nullable String[] values = new String[names.length];
                for (int i = 0; i < names.length; i++) {
                    values[i] = columns.get(i).ofIceberg(row.getField(names[i]));
                }
                rows.next(values);
            }
        }
    }
}
