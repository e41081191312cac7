package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * What a target has of one table after some changes: of each key the row of the highest position, values that an UPDATE left
 * out as they were before. Keys are whole numbers in the first column.
 */
public final class Target {

    private final Map<Long, Position> positions = new HashMap<>();
    private final TreeMap<Long, String[]> rows = new TreeMap<>();
    private Position truncated = Position.START;
    private int taken;

    void take(Collection<? extends Captured> all) {
        all.forEach(this::take);
    }

    void take(Captured captured) {
        assertThat(captured).as("a dead letter").isNotInstanceOf(Rejected.class);
        Change change = (Change) captured;
        if (change.operation() == Operation.TRUNCATE || change.operation() == Operation.RESYNCED) {
            truncated = change.position().isAfter(truncated) ? change.position() : truncated;
            rows.keySet().removeIf(key -> truncated.isAfter(requireNonNull(positions.get(key))));
            return;
        }
        if (!change.operation().isOfRow()) {
            return;
        }
        taken++;
        long key = number(change.key(), change.schema().columns().get(0).type());
        Position known = positions.getOrDefault(key, truncated);
        if (!change.position().isAfter(known)) {
            return;
        }
        positions.put(key, change.position());
        RowData row = change.row();
        if (row == null) {
            rows.remove(key);
            return;
        }
        String[] before = rows.get(key);
        String[] values = new String[row.getArity()];
        for (int i = 0; i < values.length; i++) {
            boolean isMissing = Arrays.binarySearch(change.missing(), i) >= 0;
            assertThat(isMissing && before == null)
                    .as("%s leaves out a value that nothing had before", change)
                    .isFalse();
            values[i] = isMissing
                    ? requireNonNull(before)[i]
                    : text(row, i, change.schema().columns().get(i).type());
        }
        rows.put(key, values);
    }

    private static long number(RowData row, LogicalType type) {
        return requireNonNull(value(row, 0, type)) instanceof Number
                ? ((Number) requireNonNull(value(row, 0, type))).longValue()
                : Long.parseLong(String.valueOf(value(row, 0, type)));
    }

    private static @Nullable Object value(RowData row, int column, LogicalType type) {
        return RowData.createFieldGetter(type, column).getFieldOrNull(row);
    }

    private static String text(RowData row, int column, LogicalType type) {
        return String.valueOf(value(row, column, type));
    }

    int size() {
        return rows.size();
    }

    /** How many changes of rows came, whether they were of use or not. */
    int taken() {
        return taken;
    }

    /** A line for each row, by key, as {@code id|second|third}. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        rows.values().forEach(row -> lines.append(String.join("|", row)).append('\n'));
        return lines.toString();
    }

    /** The same of the database, for columns that are printed alike. */
    public static String query(String table, String... columns) {
        return "SELECT coalesce(string_agg(concat_ws('|', "
                + String.join(
                        ", ",
                        Arrays.stream(columns)
                                .map(c -> "coalesce(" + c + "::text, 'null')")
                                .toList())
                + ") || E'\\n', '' ORDER BY " + columns[0] + "), '') FROM " + table;
    }
}
