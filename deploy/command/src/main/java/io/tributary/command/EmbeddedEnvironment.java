package io.tributary.command;

import java.util.List;
import org.apache.flink.client.program.StreamContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;

/** What the job is put together in. What is said here wins over what the settings say of Flink. */
@SuppressWarnings("try") // Flink closes it with a job that is attached; this one is not.
final class EmbeddedEnvironment extends StreamContextEnvironment {

    private EmbeddedEnvironment(PipelineExecutorServiceLoader executors, Configuration cluster, Configuration job) {
        super(executors, cluster, job, EmbeddedEnvironment.class.getClassLoader(), false, true, true, List.of());
    }

    static void set(PipelineExecutorServiceLoader executors, Configuration cluster) {
        initializeContextEnvironment(ofSettings -> {
            Configuration job = new Configuration(ofSettings);
            job.addAll(cluster);
            return new EmbeddedEnvironment(executors, cluster, job);
        });
    }

    static void unset() {
        resetContextEnvironment();
    }
}
