package io.tributary.query;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A table as a target would hold it after a changelog, which it checks to be exact. What is made anew has higher versions than before. */
final class MaterializedTable {

    private final Map<String, Map<String, String>> tables = new TreeMap<>();
    private final Map<String, ChangelogRow> last = new TreeMap<>();

    static MaterializedTable of(Collection<ChangelogRow> entries) {
        MaterializedTable target = new MaterializedTable();
        entries.forEach(target::apply);
        return target;
    }

    void apply(ChangelogRow entry) {
        Map<String, String> rows = tables.computeIfAbsent(entry.table(), first -> new TreeMap<>());
        if (entry.isReplacement()) {
            rows.keySet()
                    .removeIf(key -> requireNonNull(last.get(key)).version().compareTo(entry.version()) < 0);
            return;
        }
        String key = new OutputKey().getKey(entry).toString();
        String row = Rows.text(entry.schema(), entry.row());
        ChangelogRow earlier = last.put(key, entry);
        if (earlier != null) {
            assertThat(entry.version()).isGreaterThanOrEqualTo(earlier.version());
        }
        switch (entry.kind()) {
            case INSERT, UPDATE_AFTER -> assertThat(rows.put(key, row)).as(row).isNull();
            case UPDATE_BEFORE, DELETE -> assertThat(rows.remove(key)).isEqualTo(row);
        }
    }

    /** In the order of their texts. */
    List<String> rows(String table) {
        return tables.getOrDefault(table, Map.of()).values().stream().sorted().toList();
    }

    @Override
    public String toString() {
        return tables.toString();
    }
}
