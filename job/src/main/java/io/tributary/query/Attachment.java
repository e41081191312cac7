package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;

/**
 * Adds the files to a job, each with a reader of its own, operators of its own, and a {@link Settle}; or, where a file computes row by
 * row, with nothing but a {@link Direct}.
 *
 * <p>The uids have the file's name in them, and those of the planner's operators its digest, too: what is found again in a
 * savepoint is all of an unchanged file, and of a changed one what it has shown.
 */
final class Attachment {

    private static final Duration AT_BARRIER = Duration.ofMillis(200);

    private final StreamExecutionEnvironment environment;
    private final QuerySettings settings;
    private final Functions functions;
    private final SingleOutputStreamOperator<ChangelogRow> sources;
    private final DataStream<Filled> filled;
    private final String operator;
    private final Map<String, Target> targets;
    private final boolean isPlacing;
    private final Set<String> repeated;
    private final String prefix;
    private final long assembled = System.currentTimeMillis();
    private final Map<String, SingleOutputStreamOperator<ChangelogRow>> settled = new LinkedHashMap<>();
    private final List<DataStream<Rejected>> rejected = new ArrayList<>();

    /**
     * @param latest the changelogs of the source tables
     * @param readers of each source table, the tables that files make of it
     * @param filled what is said to the files by who makes these changelogs
     * @param operator what that is called
     * @param targets those of the outputs, by table, but for such as are empty
     * @param isPlacing whether the places of the outputs' rows in Iceberg are kept
     * @param repeated the source tables whose changes come again at the same positions after a failure
     * @param prefix what the uid of every operator begins with
     */
    Attachment(
            StreamExecutionEnvironment environment,
            QuerySettings settings,
            Functions functions,
            DataStream<ChangelogRow> latest,
            Map<String, Set<String>> readers,
            DataStream<Filled> filled,
            String operator,
            Map<String, Target> targets,
            boolean isPlacing,
            Set<String> repeated,
            String prefix) {
        this.environment = environment;
        this.settings = settings;
        this.functions = functions;
        this.sources =
                latest.process(new Readers(readers)).uid(prefix + "-readers").name("SQL files that read a table");
        this.filled = filled;
        this.operator = operator;
        this.targets = new HashMap<>(targets);
        this.isPlacing = isPlacing;
        this.repeated = repeated;
        this.prefix = prefix;
    }

    /**
     * @param readers the files that read its output, and targets that are to be shown all of it
     * @return its changelog, as targets take it
     */
    DataStream<ChangelogRow> attach(Stage stage, List<Consumer> readers) {
        return stage.isDirect() ? attachDirectly(stage, readers) : attachSettled(stage, readers);
    }

    /** Its tables' rows ---> its rows, in the chain of those who show them. */
    private DataStream<ChangelogRow> attachDirectly(Stage stage, List<Consumer> readers) {
        SqlSession session = SqlSession.dry(stage.inputs(), settings.lookups(), functions);
        Transformation<?> made =
                session.attach(stage.table(), stage.rows(session)).getTransformation();
        RowPlan plan = requireNonNull(RowPlan.of(made, session.scans()), stage.table());
        Target target = targets.getOrDefault(stage.table(), Target.empty());
        boolean hasKinesis = readers.stream().anyMatch(reader -> reader.name().equals(Audience.KINESIS));
        SingleOutputStreamOperator<ChangelogRow> direct = sources.getSideOutput(Readers.tag(stage.table()))
                .transform(
                        "SQL table " + stage.table(),
                        WireType.CHANGELOG_ROW,
                        new DirectFactory(
                                stage, plan, target, hasKinesis, assembled, repeated.containsAll(stage.sourcesRead())))
                .uid(uid("settle", stage));
        rejected.add(direct.getSideOutput(GuardedOperator.REJECTED));
        return direct;
    }

    private DataStream<ChangelogRow> attachSettled(Stage stage, List<Consumer> readers) {
        String consumer = Audience.query(stage.table());
        DataStream<Filled> marks = filled;
        TreeSet<String> operators = new TreeSet<>();
        Map<String, SingleOutputStreamOperator<ChangelogRow>> readersByTable = new HashMap<>();
        if (!stage.sourcesRead().isEmpty()) {
            SingleOutputStreamOperator<ChangelogRow> reader = read(
                    sources.getSideOutput(Readers.tag(stage.table())),
                    stage,
                    stage.scans(stage.sourcesRead()),
                    "tables");
            stage.sourcesRead().forEach(table -> readersByTable.put(table, reader));
            operators.add(operator);
            marks = marks.union(reader.getSideOutput(SetAside.MARKS));
        }
        for (String file : stage.filesRead()) {
            SingleOutputStreamOperator<ChangelogRow> made = requireNonNull(settled.get(file), file);
            SingleOutputStreamOperator<ChangelogRow> reader =
                    read(made, stage, stage.scans(Set.of(file)), "tables-of-" + file);
            readersByTable.put(file, reader);
            operators.add(Settle.operator(file));
            marks = marks.union(made.getSideOutput(Settle.FILLED), reader.getSideOutput(SetAside.MARKS));
        }

        // its tables ---> planner
        SqlSession session = SqlSession.open(
                environment, stage.inputs(), settings.lookups(), functions, scan -> rows(readersByTable, scan));
        Duration keep = stage.file().keep();
        session.keep(keep);
        if (stage.way().isBatched()) {
            session.batch(settings.bundleInterval(), settings.bundleRows());
        }
        boolean isReplacing = stage.way() == Way.REPLACED;
        DataStream<ChangelogRow> made = session.attach(stage.table(), stage.rows(session));
        Transformation<?> last = made.getTransformation();
        Guards guards = Guards.set(stage, last, session.scans().keySet());
        rejected.addAll(guards.rejected(environment));
        PlannedUids.set(last, session.scans(), uid("plan", stage) + "-" + stage.digest());

        // ---> net changes
        SingleOutputStreamOperator<ChangelogRow> net = made.keyBy(new OutputKey(), WireType.TABLE_KEY)
                .connect(guards.marks(environment, marks).broadcast())
                .transform(
                        "SQL settle " + stage.table(),
                        WireType.CHANGELOG_ROW,
                        new Settle(
                                        stage.output(),
                                        stage.digest(),
                                        new Inputs(consumer, stage.digest(), operators),
                                        new ArrayList<>(readers),
                                        targets.getOrDefault(stage.table(), Target.empty()),
                                        isReplacing ? Duration.ZERO : settings.bundleInterval(),
                                        settings.bundleRows(),
                                        Clock.systemUTC(),
                                        AT_BARRIER)
                                .keeping(keep)
                                .replacing(isReplacing)
                                .placing(isPlacing))
                .uid(uid("settle", stage));
        settled.put(stage.table(), net);
        rejected.add(net.getSideOutput(Settle.REJECTED));

        // ---> targets
        return net.filter(new ForTargets()).uid(uid("for-targets", stage)).name("SQL table " + stage.table());
    }

    /** Dead letters of all files that were attached. */
    List<DataStream<Rejected>> rejected() {
        return rejected;
    }

    private SingleOutputStreamOperator<ChangelogRow> read(
            DataStream<ChangelogRow> from, Stage stage, List<Scan> scans, String what) {
        SingleOutputStreamOperator<ChangelogRow> reader = from.transform(
                        "SQL tables of " + stage.table(),
                        WireType.CHANGELOG_ROW,
                        new TableSplit(scans, stage.file(), stage.digest()))
                .uid(uid(what, stage));
        rejected.add(reader.getSideOutput(GuardedOperator.REJECTED));
        return reader;
    }

    private static DataStream<RowData> rows(Map<String, SingleOutputStreamOperator<ChangelogRow>> readers, Scan scan) {
        String table = scan.table().table();
        return requireNonNull(readers.get(table), table).getSideOutput(scan.tag());
    }

    private String uid(String what, Stage stage) {
        return prefix + "-" + what + "-" + stage.table();
    }
}
