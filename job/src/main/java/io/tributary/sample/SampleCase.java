package io.tributary.sample;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import io.tributary.query.Queries;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/** One case of a SQL file: rows of the tables that it reads, and what it makes of them. */
final class SampleCase {

    private static final String EXPECTED = "expected";

    private final String name;
    private final Queries queries;
    private final Schema output;
    private final SampleSteps steps;
    private final Expectation expectation;

    private SampleCase(String name, Queries queries, Schema output, SampleSteps steps, Expectation expectation) {
        this.name = name;
        this.queries = queries;
        this.output = output;
        this.steps = steps;
        this.expectation = expectation;
    }

    /**
     * Null, and problems, if it cannot be tried.
     *
     * @param folder of the case
     * @param queries of all files
     * @param tables the source tables
     */
    static @Nullable SampleCase read(
            SampleFolder folder, String table, Queries queries, Map<String, SampleTable> tables, Problems problems)
            throws IOException {
        int before = problems.sentences().size();
        Map<String, SampleFile> files = files(folder, problems);
        SampleFile expected = files.remove(EXPECTED);
        if (expected == null) {
            problems.add(folder + ": has no " + EXPECTED + SampleFile.CSV + " or " + EXPECTED + SampleFile.JSON
                    + ", in which the rows are that " + queries.path(table) + " should make");
        }
        Set<String> known = inputs(table, queries);
        Map<String, RowType> joined = SampleLookups.joined(queries.making(table, files.keySet(), Map.of()));
        known.addAll(joined.keySet());
        for (Map.Entry<String, SampleFile> file : files.entrySet()) {
            if (!known.contains(file.getKey())) {
                problems.add(file.getValue().path() + ": " + queries.path(table) + " reads no table " + file.getKey()
                        + Suggestions.near(file.getKey(), known));
            }
        }
        Queries making = queries.making(table, files.keySet(), SampleLookups.rows(joined, files, folder, problems));
        SampleSteps steps = new SampleSteps();
        for (String input : making.tablesRead()) {
            SampleFile rows = files.get(input);
            if (rows == null) {
                problems.add(folder + ": has no rows of " + input + ", which " + readers(input, making) + " reads: add "
                        + input + SampleFile.CSV + ", with the names of the columns alone if there are none");
                continue;
            }
            steps.add(sampled(input, queries, tables), rows, column -> isRead(input, column, making), problems);
        }
        for (Map.Entry<String, SampleFile> file : files.entrySet()) {
            boolean isRead = making.tablesRead().contains(file.getKey()) || joined.containsKey(file.getKey());
            if (known.contains(file.getKey()) && !isRead) {
                problems.add(
                        file.getValue().path() + ": is read by nothing, since rows of what is made of it are given:"
                                + " take one of them out");
            }
        }
        Schema output = requireNonNull(queries.outputs().get(table));
        if (expected == null || problems.sentences().size() > before) {
            return null;
        }
        Expectation expectation = Expectation.of(expected, output, steps.numbers(), problems);
        return problems.sentences().size() > before
                ? null
                : new SampleCase(folder.toString(), making, output, steps, expectation);
    }

    private static Map<String, SampleFile> files(SampleFolder folder, Problems problems) throws IOException {
        Map<String, SampleFile> files = new TreeMap<>();
        for (String name : folder.files()) {
            if (!name.endsWith(SampleFile.CSV) && !name.endsWith(SampleFile.JSON)) {
                continue;
            }
            String text = folder.text(name, problems);
            if (text != null) {
                SampleFile other = files.put(
                        name.substring(0, name.lastIndexOf('.')),
                        SampleFile.parse(folder.called(name), text, problems));
                if (other != null) {
                    problems.add(folder.called(name) + ": the rows of this table are in " + other.path()
                            + ", too: keep one of them");
                }
            }
        }
        return files;
    }

    /** All that may be given: what the file reads, and what other files make that of. */
    private static Set<String> inputs(String table, Queries queries) {
        Set<String> inputs = new TreeSet<>();
        List<String> open = new ArrayList<>(queries.inputs(table));
        while (!open.isEmpty()) {
            String input = open.remove(0);
            if (inputs.add(input) && queries.outputs().containsKey(input)) {
                open.addAll(queries.inputs(input));
            }
        }
        return inputs;
    }

    private static String readers(String input, Queries making) {
        List<String> readers = new ArrayList<>();
        for (String output : making.outputs().keySet()) {
            if (making.inputs(output).contains(input)) {
                readers.add(making.path(output));
            }
        }
        return String.join(" and ", readers);
    }

    private static boolean isRead(String table, String column, Queries making) {
        return making.outputs().keySet().stream().anyMatch(output -> making.reads(output, table, column));
    }

    /** A source table, or what another file makes. */
    private static SampleTable sampled(String input, Queries queries, Map<String, SampleTable> tables) {
        Schema made = queries.outputs().get(input);
        return made == null ? requireNonNull(tables.get(input), input) : SampleTable.of(made, queries.neverNull(input));
    }

    /** A sentence for each difference, and for each row that could not be computed. */
    List<String> differences(SampleCluster cluster) throws Exception {
        List<SampleOutput.Reached> reached = cluster.run(queries, output, steps);
        List<String> differences = new ArrayList<>();
        for (String letter : reached.get(reached.size() - 1).letters()) {
            differences.add(name + ": " + letter);
        }
        differences.addAll(expectation.differences(steps.numbers(), reached));
        return differences;
    }
}
