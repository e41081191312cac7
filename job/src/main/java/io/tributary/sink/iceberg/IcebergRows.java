package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.CombinedScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.source.DataIterator;
import org.apache.iceberg.flink.source.RowDataFileScanTaskReader;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * All rows of one table as of its newest snapshot, deletes applied, and the position up to which they are complete.
 *
 * <p>The position is the highest that any sink has committed to the table: of a table that one log makes, all that is below it is
 * in the snapshot. Of one that several partitions or shards make, that is not so.
 */
public final class IcebergRows implements AutoCloseable {

    private final Warehouse warehouse;
    private final Table table;
    private final @Nullable Snapshot snapshot;
    private final Schema schema;

    private IcebergRows(Warehouse warehouse, Table table, String branch) {
        this.warehouse = warehouse;
        this.table = table;
        this.snapshot = table.snapshot(branch);
        this.schema = table.schema();
    }

    /** @throws IllegalArgumentException if there is no such table */
    public static IcebergRows open(IcebergSettings settings, String table) throws IOException {
        Warehouse warehouse = Warehouse.open(settings);
        Table found = warehouse.find(table);
        if (found == null) {
            warehouse.close();
            throw new IllegalArgumentException(
                    "There is no Iceberg table " + settings.namespace() + "." + table + " to read the rows from");
        }
        return new IcebergRows(warehouse, found, settings.branch());
    }

    public RowType type() {
        return FlinkSchemaUtil.convert(schema);
    }

    /** The newest snapshot; 0 if there is none, which is a table without rows. */
    public long snapshot() {
        return snapshot == null ? 0 : snapshot.snapshotId();
    }

    public Position completeTo() {
        Position newest = CommitMark.newest(table);
        Map<Long, Snapshot> snapshots = new HashMap<>();
        table.snapshots().forEach(each -> snapshots.put(each.snapshotId(), each));
        for (Snapshot each = snapshot; each != null; each = parent(each, snapshots)) {
            String told = each.summary().get(Commits.POSITION);
            Position of = told == null ? Position.START : Position.ofHex(told);
            newest = of.isAfter(newest) ? of : newest;
        }
        return newest;
    }

    private static @Nullable Snapshot parent(Snapshot of, Map<Long, Snapshot> snapshots) {
        Long parent = of.parentId();
        return parent == null ? null : snapshots.get(parent);
    }

    /** @param rows is shown each row; it may be the same object with other values each time */
    public void forEach(Consumer<RowData> rows) throws IOException {
        if (snapshot == null) {
            return;
        }
        RowDataFileScanTaskReader reader = new RowDataFileScanTaskReader(
                schema, schema, table.properties().get(TableProperties.DEFAULT_NAME_MAPPING), true, List.of());
        try (CloseableIterable<CombinedScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planTasks()) {
            for (CombinedScanTask task : tasks) {
                try (DataIterator<RowData> found = new DataIterator<>(reader, task, table.io(), table.encryption())) {
                    found.forEachRemaining(rows);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        warehouse.close();
    }
}
