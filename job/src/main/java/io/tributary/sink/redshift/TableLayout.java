package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** The same, and what is not said in it as the other says. */
    TableLayout or(TableLayout other) {
        return new TableLayout(
                distributionKey == null ? other.distributionKey : distributionKey,
                sortKeys.isEmpty() ? other.sortKeys : sortKeys);
    }

    /** The same, where columns have got other names. */
    TableLayout renamed(Map<String, String> names) {
        return new TableLayout(
                distributionKey == null ? null : names.getOrDefault(distributionKey, distributionKey),
                sortKeys.stream()
                        .map(column -> names.getOrDefault(column, column))
                        .collect(Collectors.toList()));
    }

    /**
     * The statements that give a table this layout, as far as it says something. Each rewrites the table.
     *
     * @param table qualified and quoted
     * @param standing how it is laid out
     */
    List<String> changes(String table, TableLayout standing) {
        List<String> changes = new ArrayList<>();
        if (distributionKey != null && !distributionKey.equals(standing.distributionKey)) {
            changes.add(
                    "ALTER TABLE " + table + " ALTER DISTSTYLE KEY DISTKEY " + WarehouseNames.quote(distributionKey));
        }
        if (!sortKeys.isEmpty() && !sortKeys.equals(standing.sortKeys)) {
            changes.add("ALTER TABLE " + table + " ALTER COMPOUND SORTKEY (" + WarehouseNames.quoted(sortKeys) + ")");
        }
        return changes;
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
