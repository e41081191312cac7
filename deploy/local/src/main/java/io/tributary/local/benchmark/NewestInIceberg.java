package io.tributary.local.benchmark;

import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * The greatest value of the column touched in a table of Iceberg, by the bounds that its files tell of: nothing is read but
 * metadata. Assumes that nobody else alters the table and that the value only grows.
 */
final class NewestInIceberg implements Callable<Long> {

    private final Callable<Table> load;
    private long lastSnapshot = -1;
    private long newest;

    /** {@code load} gives the table as it is now. */
    NewestInIceberg(Callable<Table> load) {
        this.load = load;
    }

    @Override
    public Long call() throws Exception {
        Table table = load.call();
        Snapshot current = table.currentSnapshot();
        Snapshot snapshot = current;
        while (snapshot != null && snapshot.snapshotId() != lastSnapshot) {
            for (DataFile file : snapshot.addedDataFiles(table.io())) {
                Types.NestedField column = table.schema().findField("touched");
                ByteBuffer bound = file.upperBounds().get(column.fieldId());
                Integer most = Conversions.fromByteBuffer(column.type(), bound);
                newest = Math.max(newest, most);
            }
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        if (current != null) {
            lastSnapshot = current.snapshotId();
        }
        return newest;
    }
}
