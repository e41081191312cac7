package io.tributary.command;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.jspecify.annotations.Nullable;

/** Flink in this process: whatever is executed while it is here runs in it, and does not wait for its end. */
final class EmbeddedFlink implements AutoCloseable, PipelineExecutorServiceLoader, PipelineExecutorFactory {

    private static final String NAME = "embedded";

    private final Configuration configuration;
    private @Nullable MiniCluster cluster;
    private @Nullable JobID submitted;

    private EmbeddedFlink(Configuration configuration) {
        this.configuration = configuration;
    }

    /** It starts with the first job, so that a job that is refused before that is refused at once. */
    static EmbeddedFlink of(Configuration configuration) {
        EmbeddedFlink flink = new EmbeddedFlink(configuration);
        Configuration context = new Configuration(configuration);
        context.set(DeploymentOptions.TARGET, NAME);
        context.set(DeploymentOptions.ATTACHED, false);
        EmbeddedEnvironment.set(flink, context);
        return flink;
    }

    URI address() throws Exception {
        return cluster().getRestAddress().get();
    }

    MiniCluster cluster() throws Exception {
        MiniCluster started = cluster;
        if (started == null) {
            started = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .setConfiguration(configuration)
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
                    .build());
            cluster = started;
            started.start();
        }
        return started;
    }

    /** The job that was submitted last. */
    JobID submitted() {
        if (submitted == null) {
            throw new IllegalStateException("No job was submitted");
        }
        return submitted;
    }

    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
        return this;
    }

    @Override
    public Stream<String> getExecutorNames() {
        return Stream.of(NAME);
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
        return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
        return this::submit;
    }

    private CompletableFuture<JobClient> submit(Pipeline pipeline, Configuration of, ClassLoader loader)
            throws Exception {
        JobGraph graph = PipelineExecutorUtils.getJobGraph(pipeline, of, loader);
        submitted = graph.getJobID();
        MiniCluster started = cluster();
        return started.submitJob(graph)
                .thenApply(result -> new MiniClusterJobClient(
                        result.getJobID(), started, loader, MiniClusterJobClient.JobFinalizationBehavior.NOTHING));
    }

    /** What is done in it, or only put together in it. */
    interface Action {
        void run() throws Exception;
    }

    void during(Action action) throws Exception {
        try (this) {
            action.run();
        }
    }

    @Override
    public void close() {
        EmbeddedEnvironment.unset();
        if (cluster != null) {
            cluster.closeAsync().join();
        }
    }
}
