package io.tributary.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job that runs on a cluster is stopped with a savepoint, and goes on from it with other settings; or, if it does not, as it was.
 *
 * <p>A start is good when the job has completed a checkpoint of its own. Until then it has committed nothing, so there is a way back.
 */
final class JobChange {

    /** What Flink tells of a checkpoint that nothing can be resumed from. */
    private static final String NOWHERE = "<";

    private static final Duration PAUSE = Duration.ofMillis(200);

    /** How a job gets onto the cluster. */
    interface Start {
        /**
         * Fails if the job is not there then.
         *
         * @param from what it goes on from
         */
        void start(String settings, Path jar, String from) throws Exception;
    }

    private final FlinkRest flink;
    private final GivenSettings settings;
    private final Start start;
    private final Duration patience;
    private final PrintWriter out;

    /** @param patience how long a start may take until its first checkpoint */
    JobChange(FlinkRest flink, GivenSettings settings, Start start, Duration patience, PrintWriter out) {
        this.flink = flink;
        this.settings = settings;
        this.start = start;
        this.patience = patience;
        this.out = out;
    }

    /**
     * The exit status.
     *
     * @param before what the job was started with; null if that is not known
     * @param savepoints null for where Flink is configured to keep them
     */
    int run(RunningJob job, Path jar, @Nullable KeptStart before, @Nullable String savepoints) throws Exception {
        say("Stopping " + job + " with a savepoint ...");
        String savepoint = job.stop(savepoints);
        job.awaitEnd();
        say("Stopped. The savepoint is " + savepoint);
        Failed failed = tried(settings.location(), jar, savepoint);
        if (failed == null) {
            KeptStart.keep(settings, jar);
            say("The job runs as the settings say, and has completed a checkpoint.");
            return 0;
        }
        say("It could not be started: " + failed.why);
        if (before == null) {
            say(
                    "Nothing was kept of what it was started with before. Mend what is wrong, or undo the change, and start it: "
                            + Tributary.typed() + " run --settings " + settings.location() + " --cluster "
                            + flink.address().getAuthority() + " --from " + failed.goesOnFrom);
            return Tributary.PROBLEMS;
        }
        say("Starting it again as it was ...");
        Failed again = tried(before.settings().toString(), before.jar(), failed.goesOnFrom);
        say(
                again == null
                        ? "The job runs as before; nothing was changed."
                        : "It could not be started as before, either: " + again.why
                                + ". What it was started with is in "
                                + before.settings().getParent() + ", and it goes on from " + again.goesOnFrom);
        return Tributary.PROBLEMS;
    }

    /** A start that was none. */
    private record Failed(String why, String goesOnFrom) {}

    private @Nullable Failed tried(String location, Path jar, String from) throws Exception {
        try {
            start.start(location, jar, from);
        } catch (Exception e) {
            return new Failed(Sentence.of(e), from);
        }
        RunningJob job = RunningJob.newest(flink, settings);
        if (job == null) {
            return new Failed("Flink has no such job", from);
        }
        Instant end = Instant.now().plus(patience);
        String why = "";
        while (why.isEmpty()) {
            if (job.checkpoint() != null) {
                return null;
            }
            why = job.failure();
            if (why.isEmpty() && job.hasEnded()) {
                why = "it is " + job.state();
            } else if (why.isEmpty() && Instant.now().isAfter(end)) {
                why = "it has completed no checkpoint within " + Ago.text(patience.toMillis());
            }
            Thread.sleep(PAUSE.toMillis());
        }
        job.cancel();
        String own = job.checkpoint();
        return new Failed(why, own == null || own.startsWith(NOWHERE) ? from : own);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
