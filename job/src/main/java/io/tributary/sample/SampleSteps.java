package io.tributary.sample;

import io.tributary.change.Operation;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** The changes of a case, by step: those of one step, of whatever tables, come before those of the next. */
final class SampleSteps {

    private static final String INSERT = "insert";
    private static final String UPDATE = "update";
    private static final String DELETE = "delete";

    private final TreeMap<Integer, List<SampleChange>> steps = new TreeMap<>();

    SampleSteps() {
        steps.put(1, new ArrayList<>());
    }

    /** @param isRead whether a column may be read */
    void add(SampleTable table, SampleFile file, Predicate<String> isRead, Problems problems) {
        checkColumns(table, file, isRead, problems);
        if (!file.columns().containsAll(table.shape().keyNames())) {
            return;
        }
        Predicate<String> isGiven = file.columns()::contains;
        SampleRows rows = new SampleRows(table, isGiven.and(isRead), problems);
        Set<BinaryRowData> there = new HashSet<>();
        int last = 1;
        for (SampleRow row : file.rows()) {
            int step = step(row, problems);
            if (step < last) {
                problems.add(row.at() + SampleRow.STEP + " " + step + " stands behind step " + last
                        + ": write the rows in the order of their steps");
                continue;
            }
            last = step;
            SampleChange change = change(table, row, rows, there, problems);
            if (change != null) {
                steps.computeIfAbsent(step, first -> new ArrayList<>()).add(change);
            }
        }
    }

    private static @Nullable SampleChange change(
            SampleTable table, SampleRow row, SampleRows rows, Set<BinaryRowData> there, Problems problems) {
        String written = row.value(SampleRow.OPERATION);
        String operation = written == null ? INSERT : written.toLowerCase(Locale.ROOT);
        BinaryRowData key = rows.key(row);
        if (key == null) {
            return null;
        }
        switch (operation) {
            case INSERT:
                if (!there.add(key)) {
                    problems.add(
                            row.at() + "table " + table.name() + " has this row already: say that it is changed, with "
                                    + UPDATE + " in a column " + SampleRow.OPERATION);
                }
                return upsert(table, Operation.INSERT, row, rows, key);
            case UPDATE:
                if (!there.contains(key)) {
                    problems.add(row.at() + "an " + UPDATE + " of a row that table " + table.name() + " does not have");
                }
                return upsert(table, Operation.UPDATE, row, rows, key);
            case DELETE:
                if (!there.remove(key)) {
                    problems.add(row.at() + "a " + DELETE + " of a row that table " + table.name() + " does not have");
                }
                return SampleChange.delete(table.shape(), key);
            default:
                problems.add(row.at() + SampleRow.OPERATION + " is " + written + ": write " + INSERT + ", " + UPDATE
                        + " or " + DELETE);
                return null;
        }
    }

    private static @Nullable SampleChange upsert(
            SampleTable table, Operation operation, SampleRow row, SampleRows rows, BinaryRowData key) {
        BinaryRowData values = rows.row(row);
        return values == null ? null : SampleChange.upsert(table.shape(), operation, key, values);
    }

    private static void checkColumns(SampleTable table, SampleFile file, Predicate<String> isRead, Problems problems) {
        Set<String> columns = table.columns();
        for (String column : file.columns()) {
            if (!columns.contains(column) && !column.equals(SampleRow.STEP) && !column.equals(SampleRow.OPERATION)) {
                problems.add(file.path() + ":1: table " + table.name() + " has no column " + column
                        + Suggestions.near(column, columns));
            }
        }
        if (file.rows().isEmpty()) {
            return;
        }
        for (String column : columns) {
            if (table.isNeverNull(column)
                    && isRead.test(column)
                    && !file.columns().contains(column)) {
                problems.add(file.path() + ":1: leaves out " + column + ", which is NOT NULL in table " + table.name());
            }
        }
    }

    /** From 1. */
    static int step(SampleRow row, Problems problems) {
        String step = row.value(SampleRow.STEP);
        if (step == null) {
            return 1;
        }
        if (!step.matches("[1-9][0-9]{0,5}")) {
            problems.add(row.at() + SampleRow.STEP + " is " + step + ": write a whole number from 1 on");
            return 1;
        }
        return Integer.parseInt(step);
    }

    /** In their order; not all numbers need be among them. */
    Set<Integer> numbers() {
        return new TreeSet<>(steps.keySet());
    }

    List<List<SampleChange>> changes() {
        return List.copyOf(steps.values());
    }
}
