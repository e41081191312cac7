package io.tributary.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A job that runs on a Flink cluster, for commands that do something with it. */
final class RunningJob {

    /** As the job names it among its parameters. */
    private static final String INVENTORY = "tributary.inventory";

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

    @Override
    public String toString() {
        return "job " + name + " (" + id + ")";
    }
}
