package io.tributary.command;

import io.tributary.Main;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.executiongraph.ArchivedExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.operators.coordination.TaskNotRunningException;
import org.apache.flink.util.ExceptionUtils;

/**
 * The job in this process, from its start to its end. It goes on from the newest checkpoint that its folder has, and
 * leaves another one when it is told to end.
 */
final class LocalRun {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CHECKPOINT = Duration.ofMinutes(1);

    private final StateFolder folder;
    private final PrintWriter out;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    LocalRun(StateFolder folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * @param flink what the settings say below {@code flink}
     * @return the exit status
     */
    int run(List<String> job, Map<String, String> flink, int port) throws Exception {
        FileChannel lock = folder.lock();
        try {
            Path newest = folder.newest();
            say(
                    newest == null
                            ? "Starting from nothing; state is kept in " + folder.path()
                            : "Going on from " + newest);
            String from = newest == null ? null : newest.toUri().toString();
            try (EmbeddedFlink embedded = EmbeddedFlink.of(LocalFlink.of(flink, folder, port, from))) {
                Main.main(job.toArray(new String[0]));
                folder.runsAt(embedded.address().toString());
                say("Flink's page: " + embedded.address() + "; its log: " + folder.log());
                Signals.onEnd(this::end);
                return watch(embedded.cluster(), embedded.submitted());
            }
        } finally {
            folder.ended();
            lock.close();
        }
    }

    /** The first call lets the job end with a last checkpoint, another one at once. */
    void end() {
        if (!ending.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(Tributary.PROBLEMS);
        }
        end.complete(null);
    }

    private int watch(MiniCluster cluster, JobID job) throws Exception {
        CompletableFuture<JobResult> result = cluster.requestJobResult(job);
        boolean isSaidToRun = false;
        String failure = "";
        while (!result.isDone() && !end.isDone()) {
            if (!isSaidToRun && cluster.getJobStatus(job).get() == JobStatus.RUNNING) {
                isSaidToRun = true;
                say("The job runs. Ctrl-C, or a SIGTERM, ends it; the next start goes on from there.");
            }
            String latest = failure(cluster, job);
            if (!latest.isEmpty() && !latest.equals(failure)) {
                failure = latest;
                say("The job failed, and is started again: " + latest);
            }
            await(CompletableFuture.anyOf(result, end), LOOK);
        }
        return result.isDone() ? ended(result.get()) : stop(cluster, job);
    }

    /**
     * Of a job that goes on, why it had to be started again last. That a task could not be told something, as it had
     * failed already, is no reason: what it failed of comes with its next failure, or it has got over it.
     */
    private static String failure(MiniCluster cluster, JobID job) throws Exception {
        ArchivedExecutionGraph graph = cluster.getArchivedExecutionGraph(job).get();
        ErrorInfo info = graph.getFailureInfo();
        boolean goesOn = graph.getState() == JobStatus.RESTARTING || graph.getState() == JobStatus.RUNNING;
        if (info == null || !goesOn) {
            return "";
        }
        Throwable failure = info.getException().deserializeError(LocalRun.class.getClassLoader());
        return ExceptionUtils.findThrowable(failure, TaskNotRunningException.class)
                        .isPresent()
                ? ""
                : Sentence.of(failure);
    }

    private int ended(JobResult result) throws Exception {
        try {
            result.toJobExecutionResult(LocalRun.class.getClassLoader());
            say("The job has ended.");
            return 0;
        } catch (JobExecutionException e) {
            say(Sentence.of(e));
            return Tributary.PROBLEMS;
        }
    }

    /** With a last checkpoint, which is small where the one before was; a savepoint would be of all state. */
    private int stop(MiniCluster cluster, JobID job) throws Exception {
        say("Stopping with a last checkpoint ...");
        try {
            cluster.triggerCheckpoint(job).get(CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Its tasks are not all there yet, or do not come through: those that it left will do.
            say("There is no last checkpoint: " + Sentence.of(e));
        }
        cluster.cancelJob(job).get(CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
        cluster.requestJobResult(job).get(CHECKPOINT.toMillis(), TimeUnit.MILLISECONDS);
        Path newest = folder.newest();
        say("Stopped. The next start goes on from "
                + (newest == null ? "nothing, as no checkpoint was completed yet" : newest));
        return 0;
    }

    private static void await(CompletableFuture<?> any, Duration most) throws Exception {
        try {
            any.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // It is looked again.
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
