package io.tributary.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the job: here, or on a cluster by Flink's client. */
@Command(
        name = "run",
        description = {
            "Check everything, then run the job.",
            "With --local Flink runs in this process, with its page on this machine alone. State is kept in a folder, and the"
                    + " next start goes on from there."
        })
final class RunCommand implements Callable<Integer> {

    private static final String PAGE = "8081";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(names = "--local", description = "run it here")
    private boolean local;

    @Option(
            names = "--state",
            paramLabel = "<folder>",
            description = "with --local: where state is kept; by default beside the settings, shop.state for shop.yaml")
    private @Nullable Path state;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            defaultValue = PAGE,
            description =
                    "with --local: of Flink's page; if it is taken, one of the next hundred; 0 for any [" + PAGE + "]")
    private int port;

    @Option(
            names = "--cluster",
            paramLabel = "<host:port>",
            description = "submit it to the Flink cluster whose REST interface is there")
    private @Nullable String cluster;

    @Option(
            names = "--from",
            paramLabel = "<savepoint>",
            description = "with --cluster: the savepoint, or retained checkpoint, that the job goes on from")
    private @Nullable String from;

    @Override
    public Integer call() throws Exception {
        if (local == (cluster != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    local
                            ? "--local runs the job here, and --cluster elsewhere: give one of them"
                            : "Say where: --local runs the job here, --cluster <host:port> submits it to a Flink cluster");
        }
        if (local && from != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--from is for --cluster: with --local the job goes on from the newest checkpoint in its folder");
        }
        if (!local && state != null) {
            throw new ParameterException(spec.commandLine(), "--state is for --local");
        }
        List<String> job = List.of("run", "--settings", settings.location());
        if (cluster != null) {
            int status = Submission.of(cluster, Submission.jar(), from, job);
            if (status == 0) {
                KeptStart.keep(GivenSettings.read(settings.location()), Submission.jar());
            }
            return status;
        }
        StateFolder folder = state != null ? StateFolder.at(state) : StateFolder.of(Path.of(settings.location()));
        Logging.toFile(folder.log());
        return new LocalRun(folder, spec.commandLine().getOut())
                .run(job, GivenSettings.read(settings.location()).flink(), port);
    }
}
