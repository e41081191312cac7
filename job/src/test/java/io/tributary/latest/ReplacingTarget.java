package io.tributary.latest;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** A target that changes a column in place where its values stay, and else replaces it by an empty one. */
final class ReplacingTarget {

    private final Map<Long, BinaryRowData> rows = new TreeMap<>();
    private @Nullable Schema schema;

    ReplacingTarget apply(List<ChangelogRow> changelog) throws Exception {
        for (ChangelogRow entry : changelog) {
            Schema shape = follow(entry.schema());
            BinaryRowData row = Projection.of(entry.schema(), shape).apply(entry.row());
            long id = row.getLong(0);
            if (entry.kind() == RowKind.INSERT || entry.kind() == RowKind.UPDATE_AFTER) {
                rows.put(id, row);
            } else {
                rows.remove(id);
            }
        }
        return this;
    }

    private Schema follow(Schema next) throws Exception {
        if (schema == null) {
            schema = next;
        }
        Schema before = schema;
        Schema after = before.merge(next);
        if (!after.equals(before)) {
            Set<String> replaced = after.replacedColumns(before);
            List<Column> kept = before.columns().stream()
                    .filter(column -> !replaced.contains(column.name()))
                    .toList();
            Schema between = Schema.of(before.table(), kept, before.keyNames());
            rows.replaceAll((id, row) -> Projection.of(between, after)
                    .apply(Projection.of(before, between).apply(row)));
            schema = after;
        }
        return after;
    }

    Map<Long, BinaryRowData> rows() {
        return rows;
    }

    @Nullable
    Schema schema() {
        return schema;
    }
}
