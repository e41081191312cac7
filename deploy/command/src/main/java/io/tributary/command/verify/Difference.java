package io.tributary.command.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key whose rows are not the same everywhere. The source is right.
 *
 * @param wrong the targets that are wrong, with what is: missing, surplus, twice, or the columns that differ
 * @param rows by system, its values in the order of the columns; null where it has no row
 */
public record Difference(
        String key, List<String> columns, Map<String, String> wrong, Map<String, List<@Nullable String>> rows) {

    static final String SOURCE = "source";
    static final String MISSING = "the row is missing";
    static final String SURPLUS = "the source has no such row";
    static final String TWICE = "the key is there more than once";

    /** Of the columns that are not the same in all systems, the values by system. */
    public Map<String, Map<String, @Nullable String>> differing() {
        Map<String, Map<String, @Nullable String>> differing = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Map<String, @Nullable String> values = new LinkedHashMap<>();
            for (Map.Entry<String, List<@Nullable String>> row : rows.entrySet()) {
                if (row.getValue() != null) {
                    values.put(row.getKey(), row.getValue().get(i));
                }
            }
            if (values.values().stream().distinct().count() > 1) {
                differing.put(columns.get(i), values);
            }
        }
        return differing;
    }
}
