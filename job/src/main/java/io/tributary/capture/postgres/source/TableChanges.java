package io.tributary.capture.postgres.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the log does not tell of rows when a table's definition changes, found by comparing what the catalog said before with what
 * it says now.
 */
final class TableChanges {

    private TableChanges() {}

    /** Why the table has to be read again, as the end of a sentence; null if the log tells it all. */
    static @Nullable String unlogged(TableState before, TableState now) {
        if (!now.isFollowed()) {
            // It is read again when it is.
            return null;
        }
        if (before.relation() != now.relation()) {
            return "another table has its name now";
        }
        if (!before.treated().isOfRulesOf(now.treated())) {
            return "the settings leave out or hash other columns of it than before, or hash by another key";
        }
        String column = columnChange(before, now);
        if (column != null) {
            return column;
        }
        if (before.isPartitioned()) {
            String partitions = partitionChange(before, now);
            if (partitions != null) {
                return partitions;
            }
        } else if (before.revision() != now.revision() && !files(before).equals(files(now))) {
            return "its rows were written anew by an ALTER TABLE";
        }
        if (!before.isFollowed() || !before.published().equals(now.published())) {
            return "it could not be followed for a while";
        }
        return null;
    }

    /** Whether nothing is to be known of the table that was not known before. */
    static boolean isSame(TableState before, TableState now) {
        return before.relation() == now.relation()
                && before.revision() == now.revision()
                && files(before).equals(files(now))
                && before.published().equals(now.published())
                && before.isFollowed() == now.isFollowed()
                && before.treated().isOfRulesOf(now.treated())
                && before.key().equals(now.key());
    }

    private static @Nullable String columnChange(TableState before, TableState now) {
        Map<Integer, ColumnState> known = new HashMap<>();
        before.columns().forEach(column -> known.put(column.number(), column));
        for (ColumnState column : now.columns()) {
            ColumnState old = known.get(column.number());
            if (old == null && column.isFilled()) {
                return "column " + column.name() + " was added with a default";
            }
            if (old != null && !old.hasTypeOf(column)) {
                return "column " + column.name() + " has another type";
            }
        }
        return null;
    }

    /** New partitions that are empty get their rows by the log. Of the others it does not tell. */
    private static @Nullable String partitionChange(TableState before, TableState now) {
        Set<String> gone = new HashSet<>(files(before));
        gone.removeAll(files(now));
        if (!gone.isEmpty()) {
            return "partitions of it were detached, dropped, truncated or written anew";
        }
        Set<String> known = new HashSet<>(files(before));
        boolean isFilled =
                now.files().stream().anyMatch(file -> !file.endsWith(TableState.EMPTY) && !known.contains(file));
        return isFilled ? "a partition with rows was attached to it" : null;
    }

    private static List<String> files(TableState state) {
        return state.files().stream()
                .map(file -> file.endsWith(TableState.EMPTY)
                        ? file.substring(0, file.length() - TableState.EMPTY.length())
                        : file)
                .collect(Collectors.toList());
    }
}
