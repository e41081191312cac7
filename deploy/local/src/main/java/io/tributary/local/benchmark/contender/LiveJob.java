package io.tributary.local.benchmark.contender;

import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The job that is shipped, running in a Flink of its own until it is closed, for whatever is to be seen of it. */
public final class LiveJob implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Bench bench;
    private final Task task;
    private final String namespace;
    private final Slot slot;
    private final FlinkCluster flink;
    private final Path settings;
    private final Path folder;
    private RunningJob job;

    private LiveJob(Bench bench, Task task, Path folder, String more, Map<String, String> flinkSettings)
            throws Exception {
        this.bench = bench;
        this.task = task;
        this.folder = folder;
        this.namespace = Lake.namespace(folder);
        Files.createDirectories(folder);
        this.slot = new Slot(bench.source(), namespace);
        slot.publish(String.join(", ", task.flow().captured()));
        this.settings = OurSettings.write(
                bench,
                folder,
                Contenders.defaultReader().toString(),
                slot,
                namespace,
                task.flow(),
                OurJob.sql(task.flow(), folder) + more);
        this.flink = bench.flink(folder, flinkSettings);
        try {
            this.job = submit(null);
        } catch (Exception e) {
            flink.close();
            throw e;
        }
    }

    private RunningJob submit(@Nullable String savepoint) throws Exception {
        Program program = Program.ours(bench, List.of("run", "--settings", settings.toString()));
        return new RunningJob(flink.rest(), program.submit(flink, savepoint));
    }

    /** {@code more} is YAML that is added to the settings, {@code flinkSettings} are the cluster's. */
    public static LiveJob start(Bench bench, Task task, Path folder, String more, Map<String, String> flinkSettings)
            throws Exception {
        return new LiveJob(bench, task, folder, more, flinkSettings);
    }

    /** Stops the job with a savepoint, writes another SQL file in place of that of its flow, and resumes it. */
    public void edit(Flow changed) throws Exception {
        String savepoint = job.stop();
        OurJob.sql(changed, folder);
        job = submit(savepoint);
    }

    public RunningJob job() {
        return job;
    }

    public FlinkCluster flink() {
        return flink;
    }

    public String namespace() {
        return namespace;
    }

    public Path settings() {
        return settings;
    }

    /** Waits until the snapshot is in Iceberg. */
    public void awaitSnapshot() throws Exception {
        Waiting.until("the snapshot is committed", PATIENCE, () -> {
            job.checkAlive();
            return bench.lake().rowsWritten(namespace, task.flow().outputs())
                    >= task.work().rows();
        });
    }

    @Override
    public void close() throws IOException {
        flink.close();
        slot.close();
    }
}
