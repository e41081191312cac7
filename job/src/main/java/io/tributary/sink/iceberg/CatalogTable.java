package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.TableLoader;
import org.jspecify.annotations.Nullable;

/** A table of the {@link Warehouse}, for Iceberg's source in Flink. */
final class CatalogTable implements TableLoader {

    private static final long serialVersionUID = 1L;

    private final IcebergSettings settings;
    private final String table;
    private transient @Nullable Warehouse warehouse;

    CatalogTable(IcebergSettings settings, String table) {
        this.settings = settings;
        this.table = table;
    }

    @Override
    public void open() {
        warehouse = Warehouse.open(settings);
    }

    @Override
    public boolean isOpen() {
        return warehouse != null;
    }

    @Override
    public Table loadTable() {
        return requireNonNull(warehouse).load(table);
    }

    @Override
    public TableLoader clone() {
        return new CatalogTable(settings, table);
    }

    @Override
    public void close() throws IOException {
        Warehouse open = warehouse;
        warehouse = null;
        if (open != null) {
            open.close();
        }
    }
}
