package io.tributary.local.benchmark.contender;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.local.FlinkRest;
import io.tributary.local.Waiting;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A job that was submitted, asked through Flink's REST interface. */
final class RunningJob {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration CHECKPOINT = Duration.ofMinutes(5);

    private static final String CAUSE = "Caused by: ";

    private final FlinkRest flink;
    private final String id;

    RunningJob(FlinkRest flink, String id) {
        this.flink = flink;
        this.id = id;
    }

    /** Waits until every task runs, its state restored. The moment when the last of them did, in millis of the epoch. */
    long awaitRunning() throws Exception {
        long[] since = new long[1];
        Waiting.until("the job's tasks run", START, () -> {
            checkAlive();
            since[0] = runningSince();
            return since[0] > 0;
        });
        return since[0];
    }

    /** Zero if a task does not run yet. */
    private long runningSince() throws IOException, InterruptedException {
        long since = 0;
        for (JsonNode vertex : flink.read("/jobs/" + id).path("vertices")) {
            JsonNode details =
                    flink.read("/jobs/" + id + "/vertices/" + vertex.path("id").asText());
            for (JsonNode subtask : details.path("subtasks")) {
                long running = subtask.path("status-duration").path("RUNNING").asLong(-1);
                if (running < 0) {
                    return 0;
                }
                since = Math.max(since, details.path("now").asLong() - running);
            }
        }
        return since;
    }

    void checkAlive() throws IOException, InterruptedException {
        String state = flink.state(id);
        if (List.of("FAILING", "FAILED", "CANCELED", "RESTARTING", "SUSPENDED").contains(state)) {
            throw new IOException("The job is " + state + ": " + cause(flink.failure(id)));
        }
    }

    /** The innermost cause of a stack trace. */
    private static String cause(String trace) {
        int last = trace.lastIndexOf(CAUSE);
        return trace.substring(last < 0 ? 0 : last + CAUSE.length())
                .lines()
                .findFirst()
                .orElse("");
    }

    /** How many records the sources have handed on since the job was submitted. */
    long sourceRecords() throws IOException, InterruptedException {
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

    /** Asks for a checkpoint beside those at intervals, with which Iceberg commits. */
    void checkpoint() throws IOException, InterruptedException {
        flink.post("/jobs/" + id + "/checkpoints", "{\"checkpointType\":\"CONFIGURED\"}");
    }

    /** Waits for a checkpoint that begins after now. */
    void awaitCheckpoint() throws Exception {
        long completed = flink.completedCheckpoints(id);
        checkpoint();
        Waiting.until("a checkpoint is complete", CHECKPOINT, () -> {
            checkAlive();
            return flink.completedCheckpoints(id) > completed;
        });
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
