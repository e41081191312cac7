package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/** A hash of a row's table and key, the same for every shape of the table in which the key has the same types. */
final class KeyHash implements KeySelector<ChangelogRow, Integer> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable RowKeys keys;

    @Override
    public Integer getKey(ChangelogRow row) {
        if (keys == null) {
            keys = new RowKeys();
        }
        int table = Long.hashCode(row.schema().tableId()) * 31;
        // These are of no key.
        return row.isOfTable() ? table : table + keys.of(row).hashCode();
    }
}
