package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.fill.Consumer;
import io.tributary.settings.Problems;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.types.logical.RowType;

/** The SQL files of a pipeline, checked: what they read, what they make, and how they join the flow. */
public final class Queries {

    private final QuerySettings settings;
    private final List<Stage> stages;
    private final Functions functions;
    private final Set<String> tablesRead;
    private final Set<String> tablesUnread;
    private boolean isPlacing;
    private Set<String> repeated = Set.of();

    /** @param stages each after those it reads */
    Queries(
            QuerySettings settings,
            List<Stage> stages,
            Functions functions,
            Set<String> tablesRead,
            Set<String> tablesUnread) {
        this.settings = settings;
        this.stages = List.copyOf(stages);
        this.functions = functions;
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
        return compile(settings, sourceTables, Map.of(), Set.of(), problems);
    }

    /**
     * The same where not all shapes are known.
     *
     * @param required of source tables of which it is known what is never NULL
     * @param shapeless source tables whose shape is not known, of which a problem was made already; what reads them is
     *     not checked
     */
    public static Queries compile(
            QuerySettings settings,
            Map<String, Schema> sourceTables,
            Map<String, RequiredColumns> required,
            Set<String> shapeless,
            Problems problems) {
        return new Compiler(settings, sourceTables, required, shapeless, problems).compile();
    }

    /**
     * The source tables that the SQL reads. For these the changelog has to carry whole rows in every entry, UPDATE_BEFORE
     * and DELETE included, exactly as they were sent before: joins and sums take rows back by their content.
     */
    public Set<String> tablesRead() {
        return tablesRead;
    }

    /** For each source table that the SQL reads, the outputs of the files that read it. */
    public Map<String, Set<String>> readers() {
        Map<String, Set<String>> readers = new TreeMap<>();
        for (Stage stage : stages) {
            stage.sourcesRead()
                    .forEach(table -> readers.computeIfAbsent(table, first -> new TreeSet<>())
                            .add(stage.table()));
        }
        return readers;
    }

    /** The tables that the file of this output reads: source tables, and what other files make. */
    public Set<String> inputs(String output) {
        Stage stage = stage(output);
        Set<String> inputs = stage.sourcesRead();
        inputs.addAll(stage.filesRead());
        return inputs;
    }

    /** How messages call the file of this output. */
    public String path(String output) {
        return stage(output).file().path();
    }

    /** Whether what that file makes may depend on a column of one of its tables: its plan reads it, and its text may name it. */
    public boolean reads(String output, String table, String column) {
        Stage stage = stage(output);
        return stage.file().mayRead(column)
                && stage.scans(Set.of(table)).stream()
                        .anyMatch(scan -> scan.read().indexOf(column) >= 0
                                || scan.required().names().contains(column));
    }

    /** The lookup tables, with their columns, that the file of this output may join. */
    public Map<String, RowType> lookups(String output) {
        Map<String, RowType> joined = new TreeMap<>();
        for (Lookup lookup : settings.lookups()) {
            if (stage(output).file().mentions(lookup.name())) {
                joined.put(lookup.name(), lookup.rowType());
            }
        }
        return joined;
    }

    /** The columns of an output that are never NULL, beside those of its key. */
    public Set<String> neverNull(String output) {
        return stage(output).asInput().neverNull();
    }

    private Stage stage(String output) {
        return stages.stream()
                .filter(stage -> stage.table().equals(output))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No file makes " + output));
    }

    /**
     * What makes one output, and no more.
     *
     * @param given outputs of other files whose rows come as those of source tables do, so that nothing has to make them
     * @param lookups rows that lookup tables have, by their names, in place of those of their databases
     */
    public Queries making(String output, Set<String> given, Map<String, List<byte[]>> lookups) {
        Set<String> needed = new TreeSet<>(Set.of(output));
        List<Stage> making = new ArrayList<>();
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            if (needed.contains(stage.table())) {
                Stage fed = stage.given(given);
                needed.addAll(fed.filesRead());
                making.add(0, fed);
            }
        }
        Set<String> read = new TreeSet<>();
        making.forEach(stage -> read.addAll(stage.sourcesRead()));
        return new Queries(settings.sampling(lookups), making, functions, read, Set.of());
    }

    /** The source tables that these outputs are made of, also by way of other files. */
    public Set<String> sources(Set<String> outputs) {
        Set<String> files = new TreeSet<>(outputs);
        Set<String> sources = new TreeSet<>();
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            if (files.contains(stage.table())) {
                files.addAll(stage.filesRead());
                sources.addAll(stage.sourcesRead());
            }
        }
        return sources;
    }

    /**
     * The source tables of an output of which each change has come, or is held whole, at the barrier that follows it; none if it is not
     * so, since what waits for a lookup table may come at a later one.
     */
    public Set<String> sourcesInStep(String output) {
        Set<String> files = new TreeSet<>(Set.of(output));
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            if (files.contains(stage.table())) {
                if (!lookups(stage.table()).isEmpty()) {
                    return Set.of();
                }
                files.addAll(stage.filesRead());
            }
        }
        return sources(Set.of(output));
    }

    /** The source tables that certainly no file reads, even if files with problems do not show what they read. */
    public Set<String> tablesUnread() {
        return tablesUnread;
    }

    /** Whether the file of this output computes row by row, and keeps nothing. */
    boolean isDirect(String output) {
        return stage(output).isDirect();
    }

    /** How the rows of this output are made. */
    Way way(String output) {
        return stage(output).way();
    }

    /** The tables that the files make, each after those it reads. */
    public Map<String, Schema> outputs() {
        Map<String, Schema> outputs = new LinkedHashMap<>();
        stages.forEach(stage -> outputs.put(stage.table(), stage.output()));
        return outputs;
    }

    /** The files that read source tables, as those who have to be shown all rows of these, where targets are empty. */
    public List<Consumer> consumers() {
        return consumers(Map.of(), Set.of());
    }

    /**
     * The same.
     *
     * @param targets those of the outputs, by table, but for such as are empty
     * @param others where outputs go beside Iceberg, as {@link Audience} names it
     */
    public List<Consumer> consumers(Map<String, Target> targets, Set<String> others) {
        List<Consumer> consumers = new ArrayList<>();
        for (Stage stage : stages) {
            if (stage.isDirect()) {
                consumers.addAll(targetsOf(stage, targets.getOrDefault(stage.table(), Target.empty()), others));
            } else if (!stage.sourcesRead().isEmpty()) {
                consumers.add(Consumer.of(Audience.query(stage.table()), stage.digest(), stage.sourcesRead()));
            }
        }
        return consumers;
    }

    /** Each target of a file that keeps no rows is shown those of its source. */
    private static List<Consumer> targetsOf(Stage stage, Target target, Set<String> others) {
        Schema source = stage.sourceShapes().get(0);
        Consumer iceberg = Consumer.atOnce(Audience.query(stage.table()), stage.digest(), source, target.isReplaced());
        String start = target.writtenAnew();
        List<Consumer> consumers = new ArrayList<>(List.of(start == null ? iceberg : iceberg.refilling(start)));
        for (String other : others) {
            String name = Audience.query(stage.table(), other);
            consumers.add(Consumer.atOnce(name, stage.digest(), source, target.isReplaced()));
        }
        return consumers;
    }

    private static Consumer target(String target, Stage stage) {
        Consumer consumer = Consumer.of(target, stage.table(), List.of(stage.table()));
        return stage.file().keep() == null
                ? consumer
                : consumer.refusing(
                        "Target " + target + " is new to the state that the job was resumed from, and of table "
                                + stage.table() + " that has not all rows, since "
                                + stage.file().path()
                                + " says how long they are kept: turn the target off again, or resume the job once without that"
                                + " file, and with it from a savepoint of then");
    }

    /** For each source table that files read, who is shown its rows for them. */
    public Map<String, Set<String>> audiences(Set<String> others) {
        Map<String, Set<String>> audiences = new TreeMap<>();
        List<Consumer> consumers = consumers(Map.of(), others);
        for (String table : tablesRead) {
            long id = Schema.tableId(table);
            audiences.put(
                    table,
                    consumers.stream()
                            .filter(consumer -> consumer.reads(id))
                            .map(Consumer::name)
                            .collect(Collectors.toSet()));
        }
        return audiences;
    }

    /**
     * What is no mistake for sure, and worth a look: keys that the planner cannot prove to tell rows apart, and lines of headers that
     * change nothing.
     */
    public List<String> cautions() {
        List<String> cautions = new ArrayList<>();
        for (Stage stage : stages) {
            SqlSession session = SqlSession.dry(stage.inputs(), settings.lookups(), functions);
            String caution = KeyProof.caution(stage.file(), stage.rows(session));
            if (caution != null) {
                cautions.add(caution);
            }
            if (stage.isDirect() && stage.file().keep() != null) {
                cautions.add(stage.file().atKeep()
                        + "the file computes row by row, so it keeps nothing that could be forgotten;"
                        + " the line changes nothing");
            }
        }
        return cautions;
    }

    /**
     * With those of the files that an earlier job has set aside as other files, which are filled anew.
     *
     * @param setAside by table, the {@link #identities identity} of the file that was
     */
    public Queries again(Map<String, String> setAside) {
        List<Stage> retried = stages.stream()
                .map(stage -> stage.again(setAside.get(stage.table())))
                .collect(Collectors.toList());
        return new Queries(settings, retried, functions, tablesRead, tablesUnread);
    }

    /** By table, what tells apart the files that make it, and how often each was filled anew. */
    public Map<String, String> identities() {
        return stages.stream().collect(Collectors.toMap(Stage::table, Stage::digest));
    }

    /** What tells the files apart from earlier ones, each after those it reads. */
    public List<FileVersion> versions() {
        return stages.stream()
                .map(stage -> FileVersion.of(stage, functions.called(stage.file())))
                .collect(Collectors.toList());
    }

    /** The plans, with the kinds of changes that each operator hands on, for those who want to see what will run. */
    public String explain() {
        StringBuilder plans = new StringBuilder();
        for (Stage stage : stages) {
            SqlSession session = SqlSession.dry(stage.inputs(), settings.lookups(), functions);
            if (stage.way().isBatched()) {
                session.batch(settings.bundleInterval(), settings.bundleRows());
            }
            plans.append(session.explain(stage.table(), stage.rows(session)));
        }
        return plans.toString();
    }

    /** Where the code of functions lies that is not in the job's own jar, once the SQL is in the job. */
    public static List<URL> jars(StreamExecutionEnvironment environment) {
        return FunctionJars.of(environment);
    }

    /** Whether the places of the outputs' rows in Iceberg are kept. */
    public Queries placing(boolean isWanted) {
        isPlacing = isWanted;
        return this;
    }

    /** The source tables whose changes come again at the same positions after a failure, each position a place in a log. */
    public Queries repeating(Set<String> tables) {
        repeated = Set.copyOf(tables);
        return this;
    }

    /**
     * Adds the SQL to the job.
     *
     * @param latest the changelogs of the source tables; those that no file reads are ignored
     * @param filled what is said to the files by who makes these changelogs
     * @param operator what that is called
     * @param targets those of the outputs, by table, but for such as are empty
     * @param uidPrefix what the uid of every operator begins with
     */
    public Attached attach(
            StreamExecutionEnvironment environment,
            DataStream<ChangelogRow> latest,
            DataStream<Filled> filled,
            String operator,
            Map<String, Target> targets,
            String uidPrefix) {
        return attach(environment, latest, filled, operator, targets, Set.of(), uidPrefix);
    }

    /**
     * The same.
     *
     * @param others targets that are to be shown all rows if they were not, as consumers
     */
    public Attached attach(
            StreamExecutionEnvironment environment,
            DataStream<ChangelogRow> latest,
            DataStream<Filled> filled,
            String operator,
            Map<String, Target> targets,
            Set<String> others,
            String uidPrefix) {
        if (stages.isEmpty()) {
            throw new IllegalStateException("There are no SQL files to attach");
        }
        functions.addTo(environment);
        Attachment attachment = new Attachment(
                environment,
                settings,
                functions,
                latest,
                readers(),
                filled,
                operator,
                targets,
                isPlacing,
                repeated,
                uidPrefix);
        List<Consumer> readers = stages.stream()
                .filter(stage -> !stage.filesRead().isEmpty())
                .map(stage -> Consumer.of(Audience.query(stage.table()), stage.digest(), stage.filesRead()))
                .collect(Collectors.toList());
        Map<String, DataStream<ChangelogRow>> changelogs = new LinkedHashMap<>();
        for (Stage stage : stages) {
            List<Consumer> ofStage = readers.stream()
                    .filter(reader -> reader.reads(Schema.tableId(stage.table())))
                    .collect(Collectors.toList());
            others.forEach(target -> ofStage.add(target(target, stage)));
            changelogs.put(stage.table(), attachment.attach(stage, ofStage));
        }
        return new Attached(changelogs, attachment.rejected());
    }
}
