package io.tributary.sample;

import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.query.Queries;
import io.tributary.query.QuerySettings;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Runs SQL files over the sample rows beside them. The cases of {@code sql/orders.sql} are the folders in {@code sql/orders.test},
 * each with a file of rows for each table that is read, and one with the rows that are expected; the columns of the source tables
 * are in {@code sql/tables.yaml}.
 */
public final class Samples {

    private static final String CASES = ".test";

    private Samples() {}

    /**
     * Fails with all that keeps cases from being tried.
     *
     * @param only the tables of the files that are to be tried, none for all
     * @return whether all is as it is expected
     */
    public static boolean run(QuerySettings settings, Collection<String> only, PrintStream out, Problems problems)
            throws Exception {
        Map<String, List<SampleCase>> cases = read(settings, only, problems);
        problems.throwIfAny();
        int differing = 0;
        try (SampleCluster cluster = SampleCluster.start()) {
            for (Map.Entry<String, List<SampleCase>> file : cases.entrySet()) {
                differing += run(file.getKey(), file.getValue(), cluster, out);
            }
        }
        return differing == 0;
    }

    /** The shapes of source tables, as {@code tables.yaml} has them. */
    public static String describe(Map<String, Schema> shapes, Map<String, RequiredColumns> required) {
        return SampleTables.describe(shapes, required);
    }

    /** What {@code tables.yaml} is called among the SQL files. */
    public static String tablesFile(String directory) {
        return SampleFolder.of(directory).called(SampleTables.FILE);
    }

    /** Puts the text into {@code tables.yaml} beside the SQL files, in place of what is there. */
    public static void save(String directory, String text) throws IOException {
        SampleFolder.of(directory).write(SampleTables.FILE, text);
    }

    /** By table, its shape in {@code tables.yaml} beside the SQL files, and what is never NULL in it. */
    public static Map<String, Map.Entry<Schema, RequiredColumns>> saved(String directory, Problems problems)
            throws IOException {
        Map<String, Map.Entry<Schema, RequiredColumns>> saved = new TreeMap<>();
        tables(SampleFolder.of(directory), problems)
                .forEach((name, table) -> saved.put(name, Map.entry(table.shape(), table.required())));
        return saved;
    }

    /** @return how many cases differ */
    private static int run(String path, List<SampleCase> cases, SampleCluster cluster, PrintStream out)
            throws Exception {
        if (cases.isEmpty()) {
            out.println(path + ": has no samples");
            return 0;
        }
        List<String> differences = new ArrayList<>();
        int differing = 0;
        for (SampleCase one : cases) {
            List<String> found = one.differences(cluster);
            differences.addAll(found);
            differing += found.isEmpty() ? 0 : 1;
        }
        String count = cases.size() + (cases.size() == 1 ? " case" : " cases");
        out.println(path + ": "
                + (differing == 0 ? count + ", as expected" : differing + " of " + count + " not as expected"));
        differences.forEach(difference -> out.println("  " + difference));
        return differing;
    }

    /** By the paths of the files. */
    private static Map<String, List<SampleCase>> read(
            QuerySettings settings, Collection<String> only, Problems problems) throws IOException {
        String directory = settings.directory();
        if (directory == null) {
            problems.add("sql.directory is missing: set it to the folder of the SQL files, or give it as --sql");
            throw problems.exception();
        }
        SampleFolder folder = SampleFolder.of(directory);
        Map<String, SampleTable> tables = tables(folder, problems);
        Map<String, Schema> shapes = new TreeMap<>();
        Map<String, RequiredColumns> required = new TreeMap<>();
        tables.forEach((name, table) -> {
            shapes.put(name, table.shape());
            required.put(name, table.required());
        });
        Queries queries = Queries.compile(settings, shapes, required, Set.of(), problems);
        problems.throwIfAny();
        for (String table : only) {
            if (!queries.outputs().containsKey(table)) {
                problems.add("--table " + table + ": no file makes it"
                        + Suggestions.near(table, queries.outputs().keySet()));
            }
        }
        Map<String, List<SampleCase>> cases = new LinkedHashMap<>();
        for (String table : queries.outputs().keySet()) {
            if (only.isEmpty() || only.contains(table)) {
                cases.put(queries.path(table), cases(folder.folder(table + CASES), table, queries, tables, problems));
            }
        }
        checkFolders(folder, queries, problems);
        if (problems.isEmpty() && cases.values().stream().allMatch(List::isEmpty)) {
            String first = cases.isEmpty()
                    ? folder.called("<file>.sql")
                    : cases.keySet().iterator().next();
            problems.add("There are no samples. For " + first + " they are in "
                    + first.replaceFirst("\\.sql$", CASES)
                    + "/<name of a case>/: a CSV or JSON file for each table that it"
                    + " reads, and expected.csv (job/docs/sql.md)");
        }
        return cases;
    }

    private static Map<String, SampleTable> tables(SampleFolder folder, Problems problems) throws IOException {
        if (!folder.files().contains(SampleTables.FILE)) {
            problems.add(folder.called(SampleTables.FILE)
                    + ": is missing; it names the key and the columns of each source table (job/docs/sql.md), and the command"
                    + " tables prints it");
            throw problems.exception();
        }
        String text = folder.text(SampleTables.FILE, problems);
        return text == null ? Map.of() : SampleTables.parse(folder.called(SampleTables.FILE), text, problems);
    }

    private static List<SampleCase> cases(
            SampleFolder folder, String table, Queries queries, Map<String, SampleTable> tables, Problems problems)
            throws IOException {
        List<SampleCase> cases = new ArrayList<>();
        for (String name : folder.folders()) {
            SampleCase read = SampleCase.read(folder.folder(name), table, queries, tables, problems);
            if (read != null) {
                cases.add(read);
            }
        }
        return cases;
    }

    /** Samples of a file that is not there, or was renamed, would be passed over. */
    private static void checkFolders(SampleFolder folder, Queries queries, Problems problems) throws IOException {
        for (String name : folder.folders()) {
            String table = name.endsWith(CASES) ? name.substring(0, name.length() - CASES.length()) : "";
            if (!table.isEmpty() && !queries.outputs().containsKey(table)) {
                problems.add(folder.called(name) + ": there is no file " + folder.called(table + ".sql")
                        + Suggestions.near(table, queries.outputs().keySet()));
            }
        }
    }
}
