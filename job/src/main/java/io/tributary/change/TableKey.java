package io.tributary.change;

import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * One key of one table: what the changes are keyed by. The table stands in it as 64 bits of a hash of its name, so that
 * a key in state costs eight bytes more than its values.
 */
@TypeInfo(WireTypeFactory.class)
public final class TableKey {

    private final long table;
    private final BinaryRowData key;
    private final int hash;

    private TableKey(long table, BinaryRowData key) {
        this.table = table;
        this.key = key;
        this.hash = Long.hashCode(table) * 31 + key.hashCode();
    }

    public static TableKey of(long table, BinaryRowData key) {
        return new TableKey(table, key);
    }

    public static TableKey of(Schema schema, BinaryRowData key) {
        return new TableKey(schema.tableId(), key);
    }

    /** {@link Schema#tableId()}. */
    public long table() {
        return table;
    }

    public BinaryRowData key() {
        return key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof TableKey)) {
            return false;
        }
        TableKey that = (TableKey) other;
        return that.hash == hash && that.table == table && that.key.equals(key);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Long.toHexString(table) + ":" + Integer.toHexString(key.hashCode());
    }
}
