package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;

/** A target that takes a changelog literally, and fails where it is not exact. */
final class Downstream {

    private final Map<Long, BinaryRowData> rows = new TreeMap<>();

    Downstream apply(List<ChangelogRow> changelog) {
        BinaryRowData expected = null;
        for (ChangelogRow entry : changelog) {
            long id = entry.row().getLong(0);
            if (entry.isBlind()) {
                // Says nothing of what was there.
                rows.remove(id);
                if (entry.kind() == RowKind.INSERT || entry.kind() == RowKind.UPDATE_AFTER) {
                    rows.put(id, entry.row());
                }
                continue;
            }
            switch (entry.kind()) {
                case INSERT ->
                    assertThat(rows.put(id, entry.row()))
                            .as("INSERT of a key that exists")
                            .isNull();
                case UPDATE_BEFORE -> {
                    expected = rows.remove(id);
                    assertThat(expected)
                            .as("UPDATE_BEFORE of a key that does not exist")
                            .isNotNull();
                }
                case UPDATE_AFTER -> {
                    assertThat(expected)
                            .as("UPDATE_AFTER without its UPDATE_BEFORE")
                            .isNotNull();
                    rows.put(id, entry.row());
                    expected = null;
                }
                case DELETE ->
                    assertThat(rows.remove(id))
                            .as("DELETE of a key that does not exist")
                            .isNotNull();
            }
        }
        assertThat(expected).as("UPDATE_BEFORE without its UPDATE_AFTER").isNull();
        return this;
    }

    Map<Long, BinaryRowData> rows() {
        return rows;
    }

    static List<RowKind> kinds(List<ChangelogRow> changelog) {
        return changelog.stream().map(ChangelogRow::kind).toList();
    }
}
