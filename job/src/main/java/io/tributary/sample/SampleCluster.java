package io.tributary.sample;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import io.tributary.query.Attached;
import io.tributary.query.Queries;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Flink within this process, which runs what the job runs between its sources and its targets, on one subtask. */
final class SampleCluster implements AutoCloseable {

    private static final String ROWS = "rows";
    private static final String LETTERS = "letters";

    /** How long a step goes on: rows that share a key are known after three barriers, and again in each file behind. */
    private static final int BARRIERS_PER_FILE = 4;

    private static final Duration BETWEEN_BARRIERS = Duration.ofMillis(10);
    private static final long MINUTES = 5;

    private final MiniCluster cluster;

    private SampleCluster(MiniCluster cluster) {
        this.cluster = cluster;
    }

    static SampleCluster start() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setCommonBindAddress("localhost")
                .withRandomPorts()
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
        cluster.start();
        return new SampleCluster(cluster);
    }

    /** What has come out after each step, in their order. */
    List<SampleOutput.Reached> run(Queries queries, Schema output, SampleSteps steps) throws Exception {
        JobGraph graph = graph(queries, output, steps);
        cluster.submitJob(graph).get(MINUTES, TimeUnit.MINUTES);
        JobExecutionResult result = cluster.requestJobResult(graph.getJobID())
                .get(MINUTES, TimeUnit.MINUTES)
                .toJobExecutionResult(SampleCluster.class.getClassLoader());
        List<SampleOutput> outputs = new ArrayList<>(kept(result, ROWS));
        outputs.addAll(kept(result, LETTERS));
        List<Long> ends = requireNonNull(result.getAccumulatorResult(SampleFeed.ENDS));
        List<SampleOutput.Reached> reached = new ArrayList<>();
        for (long end : ends) {
            reached.add(SampleOutput.before(end, outputs, output));
        }
        return reached;
    }

    private static List<SampleOutput> kept(JobExecutionResult result, String name) {
        List<SampleOutput> outputs = result.getAccumulatorResult(name);
        return outputs == null ? List.of() : outputs;
    }

    private static JobGraph graph(Queries queries, Schema output, SampleSteps steps) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, BETWEEN_BARRIERS);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(configuration);
        environment.setParallelism(1);

        // Sample rows ---> changelogs of the newest rows
        DataStream<Change> changes = SampleFeed.open(
                environment,
                steps.changes(),
                BARRIERS_PER_FILE * (queries.outputs().size() + 1));
        SingleOutputStreamOperator<ChangelogRow> newest = changes.keyBy(
                        change -> TableKey.of(change.schema(), change.key()), WireType.TABLE_KEY)
                .connect(changes.filter(change -> false).broadcast())
                .transform(
                        "latest row of every key",
                        WireType.CHANGELOG_ROW,
                        new LatestOperator(new Latest(
                                LatestSettings.of(Duration.ofDays(1), Duration.ofDays(1)),
                                Retention.whole(),
                                FilledTables.none(),
                                queries.consumers())));

        // ---> what the file makes
        Attached made = queries.attach(
                environment,
                newest,
                newest.getSideOutput(LatestOperator.FILLED),
                LatestOperator.NAME,
                Map.of(),
                "samples");
        requireNonNull(made.changelogs().get(output.table()))
                .filter(new SampleKeeper<>(ROWS, SampleOutput::of))
                .sinkTo(new DiscardingSink<>());
        DataStream<Rejected> letters = newest.getSideOutput(Latest.REJECTED);
        DataStream<Rejected> refused = made.rejected();
        (refused == null ? letters : letters.union(refused))
                .filter(new SampleKeeper<>(LETTERS, SampleOutput::of))
                .sinkTo(new DiscardingSink<>());
        JobGraph graph = environment.getStreamGraph().getJobGraph();
        graph.setClasspaths(codeOfTheJob(Queries.jars(environment)));
        return graph;
    }

    /** Where Flink's client has loaded the job's jar by itself, the tasks need to be told where it is. */
    private static List<URL> codeOfTheJob(List<URL> ofFunctions) {
        ClassLoader own = SampleCluster.class.getClassLoader();
        List<URL> code =
                new ArrayList<>(own instanceof URLClassLoader ? List.of(((URLClassLoader) own).getURLs()) : List.of());
        code.addAll(ofFunctions);
        return code;
    }

    @Override
    public void close() {
        cluster.closeAsync().join();
    }
}
