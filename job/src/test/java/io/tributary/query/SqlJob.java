package io.tributary.query;

import io.tributary.ExposedMetrics;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import io.tributary.settings.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.SourceFunction;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/** The SQL stage alone, in a real Flink on two subtasks: changelog entries go in by hand, and all that comes out is kept. */
final class SqlJob implements AutoCloseable {

    private static final int SUBTASKS = 2;
    private static final Map<String, SqlJob> RUNNING = new ConcurrentHashMap<>();

    private final String name = UUID.randomUUID().toString();
    private static final AtomicLong POSITIONS = new AtomicLong();

    private final ConcurrentLinkedQueue<Change> in = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Rejected> letters = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<ChangelogRow> out = new ConcurrentLinkedQueue<>();
    private final JobClient client;
    private boolean hasEnded;

    private SqlJob(
            Map<String, String> settings,
            Map<String, Schema> tables,
            Map<String, RequiredColumns> required,
            @Nullable String savepoint)
            throws Exception {
        this(settings, tables, required, savepoint, SUBTASKS);
    }

    private SqlJob(
            Map<String, String> settings,
            Map<String, Schema> tables,
            Map<String, RequiredColumns> required,
            @Nullable String savepoint,
            int subtasks)
            throws Exception {
        RUNNING.put(name, this);
        StreamExecutionEnvironment environment =
                environment(settings, tables, required, savepoint, new Hand(name), name, subtasks);
        client = environment.executeAsync("SQL");
    }

    static SqlJob start(Map<String, String> settings, Map<String, Schema> tables) throws Exception {
        return new SqlJob(settings, tables, Map.of(), null);
    }

    /** With columns that the statements are planned with as NOT NULL. */
    static SqlJob start(Map<String, String> settings, Map<String, Schema> tables, Map<String, RequiredColumns> required)
            throws Exception {
        return new SqlJob(settings, tables, required, null);
    }

    static SqlJob resume(Map<String, String> settings, Map<String, Schema> tables, String savepoint) throws Exception {
        return new SqlJob(settings, tables, Map.of(), savepoint);
    }

    /** On another number of subtasks than the usual two. */
    static SqlJob resume(Map<String, String> settings, Map<String, Schema> tables, String savepoint, int subtasks)
            throws Exception {
        return new SqlJob(settings, tables, Map.of(), savepoint, subtasks);
    }

    /** The uids of all operators, as a job graph would have them. */
    static List<String> uids(Map<String, String> settings, Map<String, Schema> tables) throws Exception {
        StreamExecutionEnvironment environment =
                environment(settings, tables, Map.of(), null, new Hand("none"), "none", SUBTASKS);
        return environment.getStreamGraph().getStreamNodes().stream()
                .map(StreamNode::getTransformationUID)
                .map(String::valueOf)
                .sorted()
                .toList();
    }

    /** The names of the tasks, each of which runs a chain of operators. */
    static List<String> vertices(Map<String, String> settings, Map<String, Schema> tables) throws Exception {
        List<String> names = new ArrayList<>();
        environment(settings, tables, Map.of(), null, new Hand("none"), "none", SUBTASKS)
                .getStreamGraph()
                .getJobGraph()
                .getVertices()
                .forEach(vertex -> names.add(vertex.getName()));
        return names;
    }

    /** The operators of the job's graph that have no factory of their own. */
    static List<StreamOperator<?>> operators(Map<String, String> settings, Map<String, Schema> tables)
            throws Exception {
        List<StreamOperator<?>> operators = new ArrayList<>();
        for (StreamNode node : environment(settings, tables, Map.of(), null, new Hand("none"), "none", SUBTASKS)
                .getStreamGraph()
                .getStreamNodes()) {
            if (node.getOperatorFactory() instanceof SimpleOperatorFactory<?> factory) {
                operators.add(factory.getOperator());
            }
        }
        return operators;
    }

    @SuppressWarnings("deprecation")
    private static StreamExecutionEnvironment environment(
            Map<String, String> settings,
            Map<String, Schema> tables,
            Map<String, RequiredColumns> required,
            @Nullable String savepoint,
            Hand hand,
            String name,
            int subtasks) {
        Problems problems = new Problems();
        Queries queries =
                Queries.compile(QueriesTest.settings(settings, problems), tables, required, Set.of(), problems);
        problems.throwIfAny();
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
        ExposedMetrics.addTo(configuration);
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(subtasks, configuration);
        DataStream<Change> changes =
                environment.addSource(hand, "hand", WireType.CHANGE).uid("hand");
        SingleOutputStreamOperator<ChangelogRow> latest = changes.keyBy(
                        change -> TableKey.of(change.schema(), change.key()), WireType.TABLE_KEY)
                .connect(changes.filter(change -> false).uid("of-tables").broadcast())
                .transform(
                        "latest",
                        WireType.CHANGELOG_ROW,
                        new LatestOperator(new Latest(
                                LatestSettings.from(QueriesTest.given(Map.of(), problems)),
                                Retention.whole(),
                                FilledTables.none(),
                                queries.consumers())))
                .uid("latest");
        Attached attached = queries.attach(
                environment, latest, latest.getSideOutput(LatestOperator.FILLED), LatestOperator.NAME, Map.of(), "sql");
        DataStream<Rejected> rejected = attached.rejected();
        if (rejected != null) {
            rejected.map(letter -> {
                        SqlJob job = RUNNING.get(name);
                        if (job != null) {
                            job.letters.add(letter);
                        }
                        return letter;
                    })
                    .returns(WireType.REJECTED)
                    .uid("letters")
                    .sinkTo(new DiscardingSink<>())
                    .uid("no letters");
        }
        attached.changelogs().values().stream()
                .reduce(DataStream::union)
                .orElseThrow()
                .map(row -> {
                    SqlJob job = RUNNING.get(name);
                    if (job != null && !row.isSetAside()) {
                        job.out.add(row);
                    }
                    return row;
                })
                .returns(WireType.CHANGELOG_ROW)
                .uid("kept")
                .sinkTo(new DiscardingSink<>())
                .uid("nowhere");
        return environment;
    }

    /** Of the entries those of before an update say nothing: what was before is in the state. */
    SqlJob send(List<ChangelogRow> entries) {
        for (ChangelogRow entry : entries) {
            Position position = Position.of(POSITIONS.incrementAndGet(), 0);
            switch (entry.kind()) {
                case INSERT, UPDATE_AFTER ->
                    in.add(Change.upsert(
                            entry.kind() == RowKind.INSERT ? Operation.INSERT : Operation.UPDATE,
                            entry.schema(),
                            position,
                            0,
                            new OutputKey().getKey(entry).key(),
                            entry.row()));
                case DELETE ->
                    in.add(Change.delete(
                            entry.schema(),
                            position,
                            0,
                            new OutputKey().getKey(entry).key()));
                case UPDATE_BEFORE -> {}
            }
        }
        return this;
    }

    /** Waits until the targets hold what they should. */
    void await(Predicate<MaterializedTable> isReached) throws Exception {
        awaitAfter(List.of(), isReached);
    }

    /** The same, for targets that an earlier run has filled. */
    void awaitAfter(List<ChangelogRow> earlier, Predicate<MaterializedTable> isReached) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!isReached.test(targetAfter(earlier))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Still " + targetAfter(earlier) + ", job "
                        + client.getJobStatus().get());
            }
            Thread.sleep(20);
        }
    }

    private MaterializedTable targetAfter(List<ChangelogRow> earlier) {
        List<ChangelogRow> all = new ArrayList<>(earlier);
        all.addAll(out);
        return MaterializedTable.of(all);
    }

    MaterializedTable target() {
        return MaterializedTable.of(entries());
    }

    List<ChangelogRow> entries() {
        return new ArrayList<>(out);
    }

    /** In no order. */
    List<Rejected> letters() {
        return new ArrayList<>(letters);
    }

    /** As soon as all of the job runs: a subtask that has nothing to do may not do so when others have handed on rows. */
    String stopWithSavepoint(Path folder) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (true) {
            try {
                String savepoint = client.stopWithSavepoint(
                                false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get();
                hasEnded = true;
                return savepoint;
            } catch (ExecutionException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    /** Waits until the job has failed; all messages of why. */
    String failure() throws Exception {
        hasEnded = true;
        try {
            client.getJobExecutionResult().get(60, TimeUnit.SECONDS);
            throw new AssertionError("The job did not fail");
        } catch (ExecutionException e) {
            return ExceptionUtils.stringifyException(e);
        }
    }

    @Override
    public void close() throws Exception {
        if (!hasEnded) {
            client.cancel().get();
        }
        RUNNING.remove(name);
    }

    @SuppressWarnings("deprecation")
    private static final class Hand implements SourceFunction<Change> {
        private static final long serialVersionUID = 1L;

        private final String name;
        private volatile boolean isRunning = true;

        Hand(String name) {
            this.name = name;
        }

        @Override
        public void run(SourceContext<Change> context) throws Exception {
            while (isRunning) {
                SqlJob job = RUNNING.get(name);
                Change next = job == null ? null : job.in.poll();
                if (next == null) {
                    Thread.sleep(5);
                    continue;
                }
                synchronized (context.getCheckpointLock()) {
                    context.collect(next);
                }
            }
        }

        @Override
        public void cancel() {
            isRunning = false;
        }
    }
}
