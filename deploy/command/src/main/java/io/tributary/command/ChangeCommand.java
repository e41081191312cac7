package io.tributary.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Has the job that runs on a cluster go on with the settings and SQL files as they are now. */
@Command(
        name = "change",
        sortOptions = false,
        description = {
            "Have the job that runs on a Flink cluster go on with the settings, SQL files, functions and jar as they are now.",
            "It says what that will do, as plan --from running, and stops there if anything is wrong. Then it stops the job with"
                    + " a savepoint, and starts it from there. If the job fails before its first checkpoint, it is started as it"
                    + " was before."
        })
final class ChangeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(
            names = "--cluster",
            paramLabel = "<host:port>",
            required = true,
            description = "the Flink cluster's REST interface")
    private String cluster = "";

    @Option(
            names = "--savepoints",
            paramLabel = "<directory>",
            description = "where the savepoint is made; by default where Flink is configured to keep them")
    private @Nullable String savepoints;

    @Option(
            names = "--patience",
            paramLabel = "<duration>",
            defaultValue = "10min",
            description = "how long a start may take until its first checkpoint [10min]")
    private String patience = "";

    @Override
    public Integer call() throws Exception {
        Duration most = patience();
        FlinkRest flink = FlinkOptions.at(spec, "--cluster", "http://" + cluster);
        GivenSettings given = GivenSettings.read(settings.location());
        RunningJob job = RunningJob.of(flink, given);
        PlanCommand.compare(job, List.of("plan", "--settings", settings.location()), false);
        return new JobChange(flink, given, this::start, most, spec.commandLine().getOut())
                .run(job, Submission.jar(), KeptStart.of(settings.location()), savepoints);
    }

    private void start(String location, Path jar, String from) throws Exception {
        int status = Submission.of(cluster, jar, from, List.of("run", "--settings", location));
        if (status != 0) {
            throw Problem.of("Flink's client has refused it, as it says above");
        }
    }

    private Duration patience() {
        try {
            return TimeUtils.parseDuration(patience);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--patience " + patience + " is not a duration: write it as 5min or 1h");
        }
    }
}
