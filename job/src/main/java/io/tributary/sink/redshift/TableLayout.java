package io.tributary.sink.redshift;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Redshift lays a table out: the column that distributes its rows and those that sort them. */
final class TableLayout {

    /** Left to Redshift. */
    static final TableLayout AUTO = new TableLayout(null, List.of());

    private final @Nullable String distributionKey;
    private final List<String> sortKeys;

    private TableLayout(@Nullable String distributionKey, List<String> sortKeys) {
        this.distributionKey = distributionKey;
        this.sortKeys = List.copyOf(sortKeys);
    }

    static TableLayout of(@Nullable String distributionKey, List<String> sortKeys) {
        return new TableLayout(distributionKey, sortKeys);
    }

    /** Spread evenly, since no column would. */
    static TableLayout sortedBy(String column) {
        return new TableLayout(null, List.of(column));
    }

    /** The same, by the table's key where nothing is said, so that Redshift never chooses a column that it then cannot drop. */
    TableLayout orBy(List<String> key) {
        return new TableLayout(
                distributionKey == null && !key.isEmpty() ? key.get(0) : distributionKey,
                sortKeys.isEmpty() ? key : sortKeys);
    }

    /** Null: Redshift chooses. */
    @Nullable
    String distributionKey() {
        return distributionKey;
    }

    /** Empty: Redshift chooses. */
    List<String> sortKeys() {
        return sortKeys;
    }

    /** The same, without columns that the table has not, since a column may have another name now than the settings know. */
    TableLayout within(Set<String> columns) {
        return new TableLayout(
                distributionKey != null && columns.contains(distributionKey) ? distributionKey : null,
                sortKeys.stream().filter(columns::contains).collect(Collectors.toList()));
    }

    boolean names(String column) {
        return column.equals(distributionKey) || sortKeys.contains(column);
    }
}
