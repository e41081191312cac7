package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;

/** The keys of rows, whatever the shape of each: the same bytes for every shape in which the key has the same types. */
final class RowKeys {

    private final Map<Long, KeyReader> readers = new HashMap<>();

    /** Overwritten by the next call. */
    BinaryRowData of(ChangelogRow row) {
        Schema schema = row.schema();
        return readers.computeIfAbsent(schema.fingerprint(), id -> new KeyReader(schema.rowType(), schema.key()))
                .read(row.row());
    }
}
