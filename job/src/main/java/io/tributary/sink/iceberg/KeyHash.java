package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/** A hash of a row's table and key, the same for every shape of the table in which the key has the same types. */
final class KeyHash implements KeySelector<ChangelogRow, Integer> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable Map<Long, KeyReader> readers;

    @Override
    public Integer getKey(ChangelogRow row) {
        if (readers == null) {
            readers = new HashMap<>();
        }
        Schema schema = row.schema();
        KeyReader reader =
                readers.computeIfAbsent(schema.fingerprint(), id -> new KeyReader(schema.rowType(), schema.key()));
        return Long.hashCode(schema.tableId()) * 31 + reader.read(row.row()).hashCode();
    }
}
