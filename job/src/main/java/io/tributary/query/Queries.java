package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.settings.Problems;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.functions.UserDefinedFunction;

/** The SQL files of a pipeline, checked: what they read, what they make, and how they join the flow. */
public final class Queries {

    private final QuerySettings settings;
    private final Map<String, Schema> sources;
    private final List<SqlFile> files;
    private final Map<String, Class<? extends UserDefinedFunction>> functions;
    private final Map<String, Schema> outputs;
    private final Set<String> tablesRead;
    private final Set<String> tablesUnread;

    Queries(
            QuerySettings settings,
            Map<String, Schema> sources,
            List<SqlFile> files,
            Map<String, Class<? extends UserDefinedFunction>> functions,
            Map<String, Schema> outputs,
            Set<String> tablesRead,
            Set<String> tablesUnread) {
        this.settings = settings;
        this.sources = new TreeMap<>(sources);
        this.files = List.copyOf(files);
        this.functions = Map.copyOf(functions);
        this.outputs = new LinkedHashMap<>(outputs);
        this.tablesRead = new TreeSet<>(tablesRead);
        this.tablesUnread = new TreeSet<>(tablesUnread);
    }

    /** Opens each lookup table; a problem for each that cannot be read as the settings declare it. */
    public static void checkLookups(QuerySettings settings, Problems problems) {
        settings.lookups().forEach(lookup -> LookupCheck.check(lookup, problems));
    }

    /**
     * Reads, orders, validates and plans all files, without a running job. What is wrong in any of them is a problem;
     * the result is complete only if there is none.
     *
     * @param sourceTables the shape of every source table, by its name in the pipeline
     */
    public static Queries compile(QuerySettings settings, Map<String, Schema> sourceTables, Problems problems) {
        return compile(settings, sourceTables, Set.of(), problems);
    }

    /**
     * The same where not all shapes are known.
     *
     * @param shapeless source tables whose shape is not known, of which a problem was made already; what reads them is
     *     not checked
     */
    public static Queries compile(
            QuerySettings settings, Map<String, Schema> sourceTables, Set<String> shapeless, Problems problems) {
        return new Compiler(settings, sourceTables, shapeless, problems).compile();
    }

    /**
     * The source tables that the SQL reads. For these the changelog has to carry whole rows in every entry, UPDATE_BEFORE
     * and DELETE included, exactly as they were sent before: joins and sums take rows back by their content.
     */
    public Set<String> tablesRead() {
        return tablesRead;
    }

    /** The source tables that certainly no file reads, even if files with problems do not show what they read. */
    public Set<String> tablesUnread() {
        return tablesUnread;
    }

    /** The tables that the files make, each after those it reads. */
    public Map<String, Schema> outputs() {
        return outputs;
    }

    /** The plan, with the kinds of changes that each operator hands on, for those who want to see what will run. */
    public String explain() {
        SqlSession session = SqlSession.dry(sources.values(), settings.lookups(), functions);
        return outputs.isEmpty() ? "" : session.explain(rows(session));
    }

    private Map<String, Table> rows(SqlSession session) {
        Map<String, Table> rows = new TreeMap<>();
        for (SqlFile file : files) {
            Table select = session.query(file.text());
            session.view(file.table(), select);
            rows.put(file.table(), OutputShape.rows(select));
        }
        outputs.values().forEach(session::output);
        return rows;
    }

    private String statements() {
        return files.stream().map(SqlFile::text).collect(Collectors.joining("\n"));
    }

    /**
     * Adds the SQL to the job.
     *
     * @param latest the changelogs of the source tables; those that no file reads are ignored
     * @param filled outputs whose targets had rows before the state knew of them
     * @param uidPrefix what the uid of every operator begins with
     * @return the changelogs of all outputs; the rows of one key are in order and on one subtask
     */
    public DataStream<ChangelogRow> attach(
            StreamExecutionEnvironment environment,
            DataStream<ChangelogRow> latest,
            FilledTables filled,
            String uidPrefix) {
        if (outputs.isEmpty()) {
            throw new IllegalStateException("There are no SQL files to attach");
        }
        Map<String, Schema> read = new TreeMap<>(sources);
        read.keySet().retainAll(tablesRead);

        // latest ---> one stream a table
        SingleOutputStreamOperator<ChangelogRow> split = latest.process(
                        new TableSplit(List.copyOf(read.values()), statements(), outputs.keySet()))
                .uid(uidPrefix + "-tables")
                .name("SQL tables");

        // ---> planner
        SqlSession session = SqlSession.open(
                environment,
                sources.values(),
                settings.lookups(),
                functions,
                table -> split.getSideOutput(TableSplit.tag(requireNonNull(read.get(table), table))));
        Map<String, DataStream<ChangelogRow>> made = session.attach(rows(session));
        made.forEach((table, stream) -> stream.getTransformation().setUid(uidPrefix + "-rows-" + table));
        Map<String, String> plans = PlannedUids.set(made, split.getTransformation(), uidPrefix);
        DataStream<ChangelogRow> all =
                made.values().stream().reduce(DataStream::union).orElseThrow();

        // ---> net changes
        return all.keyBy(new OutputKey(), WireType.TABLE_KEY)
                .transform(
                        "SQL settle",
                        WireType.CHANGELOG_ROW,
                        new Settle(
                                List.copyOf(outputs.values()),
                                new PlanGuard(outputs.values(), plans),
                                filled,
                                settings.bundleInterval(),
                                settings.bundleRows(),
                                Clock.systemUTC()))
                .uid(uidPrefix + "-settle");
    }
}
