package io.tributary.sample;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.jspecify.annotations.Nullable;

/** The rows that are expected of an output: at the end, or, where the file has steps, after each of them. Columns that it does not name may have anything. */
final class Expectation {

    private final SampleFile file;
    private final Schema output;
    private final List<Integer> compared;
    private final TreeMap<Integer, Map<BinaryRowData, Expected>> steps = new TreeMap<>();

    private static final class Expected {
        private final SampleRow written;
        private final RowData row;

        Expected(SampleRow written, RowData row) {
            this.written = written;
            this.row = row;
        }
    }

    private Expectation(SampleFile file, Schema output) {
        this.file = file;
        this.output = output;
        this.compared = new ArrayList<>();
        for (int i = 0; i < output.arity(); i++) {
            if (file.columns().contains(output.columns().get(i).name())) {
                compared.add(i);
            }
        }
    }

    /**
     * Of what is wrong there are problems.
     *
     * @param inputs the numbers of the steps that there are changes in
     */
    static Expectation of(SampleFile file, Schema output, Set<Integer> inputs, Problems problems) {
        Expectation expectation = new Expectation(file, output);
        List<String> names = output.columns().stream().map(Column::name).collect(Collectors.toList());
        for (String column : file.columns()) {
            if (!names.contains(column) && !column.equals(SampleRow.STEP)) {
                problems.add(file.path() + ":1: table " + output.table() + " has no column " + column
                        + Suggestions.near(column, names));
            }
        }
        for (String column : output.keyNames()) {
            if (!file.rows().isEmpty() && !file.columns().contains(column)) {
                problems.add(
                        file.path() + ":1: leaves out " + column + ", which is of the key of table " + output.table());
                return expectation;
            }
        }
        boolean hasSteps = file.columns().contains(SampleRow.STEP);
        int last = inputs.stream().max(Integer::compare).orElse(1);
        (hasSteps ? inputs : Set.of(last)).forEach(step -> expectation.steps.put(step, new LinkedHashMap<>()));
        SampleKey keys = new SampleKey(output);
        for (SampleRow row : file.rows()) {
            int step = hasSteps ? SampleSteps.step(row, problems) : last;
            Map<BinaryRowData, Expected> rows = expectation.steps.get(step);
            if (rows == null) {
                problems.add(row.at() + "there are no changes in " + SampleRow.STEP + " " + step);
                continue;
            }
            expectation.add(row, keys, rows, problems);
        }
        return expectation;
    }

    private void add(SampleRow row, SampleKey keys, Map<BinaryRowData, Expected> rows, Problems problems) {
        int before = problems.sentences().size();
        GenericRowData values = new GenericRowData(output.arity());
        for (int i = 0; i < output.arity(); i++) {
            values.setField(i, SampleRows.value(row, output.columns().get(i), problems));
        }
        for (int index : output.key()) {
            String name = output.columns().get(index).name();
            if (row.value(name) == null) {
                problems.add(row.at() + name + " is of the key of table " + output.table() + ", and has no value");
            }
        }
        if (problems.sentences().size() > before) {
            return;
        }
        BinaryRowData whole =
                new RowDataSerializer(output.rowType()).toBinaryRow(values).copy();
        if (rows.put(keys.of(whole), new Expected(row, whole)) != null) {
            problems.add(row.at() + SampleRows.describe(output, whole) + " is expected twice");
        }
    }

    /**
     * A sentence for each difference.
     *
     * @param inputs the numbers of the steps that there are changes in
     * @param reached what came out after each of them
     */
    List<String> differences(Set<Integer> inputs, List<SampleOutput.Reached> reached) {
        List<String> differences = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>(inputs);
        steps.forEach((step, rows) -> compare(
                rows,
                reached.get(numbers.indexOf(step)).rows(),
                file.columns().contains(SampleRow.STEP) ? "after step " + step + ", " : "",
                differences));
        return differences;
    }

    private void compare(
            Map<BinaryRowData, Expected> expected, List<BinaryRowData> got, String when, List<String> differences) {
        Map<BinaryRowData, Expected> left = new LinkedHashMap<>(expected);
        SampleKey keys = new SampleKey(output);
        List<String> surplus = new ArrayList<>();
        for (BinaryRowData row : got) {
            Expected wanted = left.remove(keys.of(row));
            if (wanted == null) {
                surplus.add(file.path() + ": " + when + SampleRows.describe(output, row)
                        + " is there, and not expected: " + text(row));
                continue;
            }
            for (int i : compared) {
                String is = text(row, i);
                String should = text(wanted.row, i);
                if (!is.equals(should)) {
                    differences.add(wanted.written.at() + when + SampleRows.describe(output, row) + ": "
                            + output.columns().get(i).name() + " is " + is + ", expected " + should);
                }
            }
        }
        for (Expected missing : left.values()) {
            differences.add(missing.written.at() + when + SampleRows.describe(output, missing.row)
                    + " is expected, and not there");
        }
        differences.addAll(surplus);
    }

    private String text(RowData row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < output.arity(); i++) {
            values.add(output.columns().get(i).name() + " " + text(row, i));
        }
        return String.join(", ", values);
    }

    private String text(RowData row, int index) {
        Column column = output.columns().get(index);
        @Nullable
        Object value =
                RowData.createFieldGetter(column.type().copy(true), index).getFieldOrNull(row);
        if (value == null) {
            return "NULL";
        }
        String text = SampleValue.text(value, column.type());
        return text.isEmpty() || !text.equals(text.strip()) || text.equals("NULL") ? "'" + text + "'" : text;
    }
}
