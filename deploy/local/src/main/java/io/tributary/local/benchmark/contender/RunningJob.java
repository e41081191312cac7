package io.tributary.local.benchmark.contender;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.local.service.FlinkRest;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A job that was submitted, asked through Flink's REST interface. */
public final class RunningJob {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration CHECKPOINT = Duration.ofMinutes(5);

    private final FlinkRest flink;
    private final String id;

    RunningJob(FlinkRest flink, String id) {
        this.flink = flink;
        this.id = id;
    }

    /** Waits until every task runs, its state restored. The moment when the last of them did, in millis of the epoch. */
    public long awaitRunning() throws Exception {
        long[] since = new long[1];
        Waiting.until("the job's tasks run", START, () -> {
            checkAlive();
            since[0] = runningSince(0);
            return since[0] > 0;
        });
        return since[0];
    }

    /** As above, after every task was lost. */
    public long awaitRunningAgain() throws Exception {
        long[] since = new long[1];
        Waiting.until("the job's tasks run again", START, () -> {
            since[0] = runningSince(1);
            return since[0] > 0;
        });
        return since[0];
    }

    /** Zero if a task does not run yet, or not for the given number of times. */
    private long runningSince(int attempt) throws IOException, InterruptedException {
        long since = 0;
        for (JsonNode vertex : flink.read("/jobs/" + id).path("vertices")) {
            JsonNode details =
                    flink.read("/jobs/" + id + "/vertices/" + vertex.path("id").asText());
            for (JsonNode subtask : details.path("subtasks")) {
                long running = subtask.path("status-duration").path("RUNNING").asLong(-1);
                if (running < 0 || subtask.path("attempt").asInt() < attempt) {
                    return 0;
                }
                since = Math.max(since, details.path("now").asLong() - running);
            }
        }
        return since;
    }

    public void checkAlive() throws IOException, InterruptedException {
        String state = flink.state(id);
        if (List.of("FAILING", "FAILED", "CANCELED", "RESTARTING", "SUSPENDED").contains(state)) {
            throw new IOException("The job is " + state + ": " + flink.failure(id));
        }
    }

    /** How many records the sources have handed on since the job was submitted. */
    public long sourceRecords() throws IOException, InterruptedException {
        long records = 0;
        for (JsonNode vertex : flink.read("/jobs/" + id).path("vertices")) {
            if (!vertex.path("name").asText().startsWith("Source:")) {
                continue;
            }
            String metrics = "/jobs/" + id + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : flink.read(metrics)) {
                String name = metric.path("id").asText();
                if (name.startsWith("Source__") && name.endsWith(".numRecordsOut")) {
                    String of = URLEncoder.encode(name, StandardCharsets.UTF_8);
                    records += flink.read(metrics + "?agg=sum&get=" + of)
                            .path(0)
                            .path("sum")
                            .asLong();
                }
            }
        }
        return records;
    }

    /** How many tasks it has, each of them a thread that runs a chain of operators. */
    public long tasks() throws IOException, InterruptedException {
        long tasks = 0;
        for (JsonNode vertex : flink.read("/jobs/" + id).path("vertices")) {
            tasks += vertex.path("parallelism").asLong();
        }
        return tasks;
    }

    /** How much of the task managers' memory for the network is in use. */
    public long networkBytes() throws IOException, InterruptedException {
        return flink.read("/taskmanagers/metrics?agg=sum&get=Status.Shuffle.Netty.UsedMemory")
                .path(0)
                .path("sum")
                .asLong();
    }

    /**
     * Asks for a checkpoint beside those at intervals, with which Iceberg commits.
     *
     * @return what it is called until it is complete
     */
    String checkpoint() throws IOException, InterruptedException {
        return flink.post("/jobs/" + id + "/checkpoints", "{\"checkpointType\":\"CONFIGURED\"}")
                .path("request-id")
                .asText();
    }

    /** Waits for a checkpoint that begins after now. */
    public void awaitCheckpoint() throws Exception {
        await("a checkpoint is complete", "/jobs/" + id + "/checkpoints/" + checkpoint());
    }

    /** Fails if what was asked for did not come about. */
    private void await(String what, String path) throws Exception {
        Waiting.until(what, CHECKPOINT, () -> {
            checkAlive();
            return flink.read(path).path("status").path("id").asText().equals("COMPLETED");
        });
        JsonNode failure = flink.read(path).path("operation").path("failure-cause");
        if (failure.has("stack-trace")) {
            throw new IOException(failure.path("stack-trace").asText());
        }
    }

    /** All of its state, in bytes, as the last checkpoint has it. */
    public long checkpointBytes() throws Exception {
        awaitCheckpoint();
        return flink.read("/jobs/" + id + "/checkpoints")
                .path("latest")
                .path("completed")
                .path("state_size")
                .asLong();
    }

    /** The state of the tasks whose name has this in it, in bytes of keys and values, as a canonical savepoint has them. */
    public long stateBytes(String task) throws Exception {
        String trigger = flink.post(
                        "/jobs/" + id + "/savepoints", "{\"formatType\":\"CANONICAL\",\"cancel-job\":false}")
                .path("request-id")
                .asText();
        await("a savepoint is complete", "/jobs/" + id + "/savepoints/" + trigger);
        long[] savepoint = new long[1];
        Waiting.until("Flink tells of the savepoint", CHECKPOINT, () -> {
            savepoint[0] = flink.read("/jobs/" + id + "/checkpoints")
                    .path("latest")
                    .path("savepoint")
                    .path("id")
                    .asLong();
            return savepoint[0] > 0;
        });
        JsonNode tasks = flink.read("/jobs/" + id + "/checkpoints/details/" + savepoint[0])
                .path("tasks");
        long bytes = 0;
        for (JsonNode vertex : flink.read("/jobs/" + id).path("vertices")) {
            if (vertex.path("name").asText().contains(task)) {
                bytes += tasks.path(vertex.path("id").asText())
                        .path("state_size")
                        .asLong();
            }
        }
        return bytes;
    }

    /** Where its savepoint is. */
    String stop() throws Exception {
        return flink.stop(id, "NATIVE");
    }

    void cancel() throws Exception {
        if (isGone()) {
            return;
        }
        flink.cancel(id);
        Waiting.until("the job is gone", START, this::isGone);
    }

    private boolean isGone() throws IOException, InterruptedException {
        return List.of("CANCELED", "FAILED", "FINISHED").contains(flink.state(id));
    }
}
