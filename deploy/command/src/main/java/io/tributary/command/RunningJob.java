package io.tributary.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A job that runs on a Flink cluster, for commands that do something with it. */
final class RunningJob {

    /** As the job names it among its parameters. */
    private static final String INVENTORY = "tributary.inventory";

    /** Flink answers nothing else of such a job. */
    private static final String BEGINNING = "INITIALIZING";

    private static final String CAUSE = "Caused by: ";
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final FlinkRest flink;
    private final String id;
    private final String name;

    private RunningJob(FlinkRest flink, String id, String name) {
        this.flink = flink;
        this.id = id;
        this.name = name;
    }

    /**
     * The one that the settings name; fails with a sentence if none runs.
     *
     * @param flink null if nothing says where that is
     */
    static RunningJob of(@Nullable FlinkRest flink, GivenSettings settings) throws IOException, InterruptedException {
        RunningJob job = find(flink, settings);
        if (job == null) {
            throw Problem.of(
                    flink == null
                            ? "No job runs on this machine with these settings: --flink says where its Flink is, if it runs"
                                    + " elsewhere"
                            : "Flink at " + flink.address() + " runs no job " + name(settings));
        }
        return job;
    }

    /** Null if there is none; fails with a sentence if Flink does not answer. */
    static @Nullable RunningJob find(@Nullable FlinkRest flink, GivenSettings settings) throws InterruptedException {
        if (flink == null) {
            return null;
        }
        try {
            for (JsonNode job : flink.read("/jobs/overview").path("jobs")) {
                boolean hasEnded = job.path("end-time").asLong() >= 0;
                if (job.path("name").asText().equals(name(settings)) && !hasEnded) {
                    return new RunningJob(flink, job.path("jid").asText(), name(settings));
                }
            }
            return null;
        } catch (IOException e) {
            throw Problem.of("Flink at " + flink.address() + " does not answer: " + e);
        }
    }

    /** The one of that name that was started last, whether it still runs or not; null if there is none. */
    static @Nullable RunningJob newest(FlinkRest flink, GivenSettings settings)
            throws IOException, InterruptedException {
        JsonNode newest = null;
        for (JsonNode job : flink.read("/jobs/overview").path("jobs")) {
            boolean isLater = newest == null
                    || job.path("start-time").asLong()
                            > newest.path("start-time").asLong();
            if (job.path("name").asText().equals(name(settings)) && isLater) {
                newest = job;
            }
        }
        return newest == null ? null : new RunningJob(flink, newest.path("jid").asText(), name(settings));
    }

    private static String name(GivenSettings settings) {
        return settings.text("name", "tributary");
    }

    String id() {
        return id;
    }

    FlinkRest flink() {
        return flink;
    }

    /** Its SQL files and tables, as it was started with them. Fails with a sentence if it does not tell. */
    String inventory() throws IOException, InterruptedException {
        String inventory = flink.read("/jobs/" + id + "/config")
                .path("execution-config")
                .path("user-config")
                .path(INVENTORY)
                .asText("");
        if (inventory.isEmpty()) {
            throw Problem.of(
                    "Job " + name + " does not tell its SQL files and tables, so it is of a build before that: "
                            + "compare with a savepoint, once a job of this build has made one");
        }
        return inventory;
    }

    /** Flink's word for it. */
    String state() throws IOException, InterruptedException {
        return flink.read("/jobs/" + id).path("state").asText();
    }

    boolean hasEnded() throws IOException, InterruptedException {
        return flink.read("/jobs/" + id).path("end-time").asLong() >= 0;
    }

    /** The newest checkpoint that this job completed itself; null if it has none. */
    @Nullable
    String checkpoint() throws IOException, InterruptedException {
        if (state().equals(BEGINNING)) {
            return null;
        }
        String path = flink.read("/jobs/" + id + "/checkpoints")
                .path("latest")
                .path("completed")
                .path("external_path")
                .asText("");
        return path.isEmpty() ? null : path;
    }

    /** Why it failed last, in a sentence; an empty text if it never did. */
    String failure() throws IOException, InterruptedException {
        if (state().equals(BEGINNING)) {
            return "";
        }
        String trace =
                flink.read("/jobs/" + id + "/exceptions").path("root-exception").asText("");
        String cause = trace.lines()
                .filter(line -> line.startsWith(CAUSE))
                .reduce((first, second) -> second)
                .map(line -> line.substring(CAUSE.length()))
                .orElseGet(() -> trace.lines().findFirst().orElse(""));
        return cause.replaceFirst("^[\\w.$]+(Exception|Error): ", "");
    }

    /**
     * Ends it with a savepoint, without draining it; fails with a sentence if that cannot be.
     *
     * @param directory null for where Flink is configured to keep savepoints
     * @return where the savepoint is
     */
    String stop(@Nullable String directory) throws IOException, InterruptedException {
        Map<String, Object> wanted = new TreeMap<>(Map.of("drain", false));
        if (directory != null) {
            wanted.put("targetDirectory", directory);
        }
        String request;
        try {
            request = flink.ask("POST", "/jobs/" + id + "/stop", wanted)
                    .path("request-id")
                    .asText();
        } catch (IOException e) {
            throw Problem.of("There is no savepoint of " + this + ", which goes on as it is: " + e.getMessage());
        }
        while (true) {
            JsonNode savepoint = flink.read("/jobs/" + id + "/savepoints/" + request);
            if (savepoint.path("status").path("id").asText().equals("COMPLETED")) {
                String location = savepoint.path("operation").path("location").asText("");
                if (location.isEmpty()) {
                    throw Problem.of("There is no savepoint of " + this + ", which goes on as it is: "
                            + savepoint
                                    .path("operation")
                                    .path("failure-cause")
                                    .path("stack-trace")
                                    .asText()
                                    .lines()
                                    .findFirst()
                                    .orElse("Flink does not say why"));
                }
                return location;
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Ends it as it is. */
    void cancel() throws IOException, InterruptedException {
        if (!hasEnded()) {
            flink.ask("PATCH", "/jobs/" + id + "?mode=cancel", Map.of());
        }
        awaitEnd();
    }

    void awaitEnd() throws IOException, InterruptedException {
        while (!hasEnded()) {
            Thread.sleep(PAUSE.toMillis());
        }
    }

    @Override
    public String toString() {
        return "job " + name + " (" + id + ")";
    }
}
