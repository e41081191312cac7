package io.tributary.command.verify;

import org.apache.iceberg.Table;

/** The rows of an output as its Iceberg table has them, each time it is read as it was committed last. */
record IcebergSide(Table table, RowForm form) implements Side {

    @Override
    public void read(Rows rows) throws Exception {
        table.refresh();
        new IcebergTable(table).read(form.columns(), rows);
    }
}
