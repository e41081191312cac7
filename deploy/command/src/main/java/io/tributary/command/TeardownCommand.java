package io.tributary.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Removes what a pipeline that is gone for good has left behind. */
@Command(
        name = "teardown",
        sortOptions = false,
        description = {
            "Remove what a pipeline that is gone for good has left: its replication slots, its publications, and its own tables and"
                    + " procedures in the warehouse. With --targets also the tables that it filled.",
            "Without --yes it says what it would remove, and removes nothing. It refuses while the job runs."
        })
final class TeardownCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(names = "--yes", description = "remove it")
    private boolean yes;

    @Option(
            names = "--targets",
            paramLabel = "<namespace>",
            description =
                    "the tables of the targets, too: those in Iceberg with their files, and those in the warehouse. So that"
                            + " nobody means others, the settings' iceberg.namespace has to be named")
    private @Nullable String targets;

    @Mixin
    private FlinkOptions flink = new FlinkOptions();

    @Override
    public Integer call() throws Exception {
        FlinkRest rest = flink.rest(settings);
        GivenSettings given = GivenSettings.read(settings.location());
        String namespace = given.text("iceberg.namespace", "tributary");
        if (targets != null && !targets.equals(namespace)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--targets " + targets + " is not the namespace of " + settings.location() + ", which is "
                            + namespace);
        }
        RunningJob job = RunningJob.find(rest, given);
        if (job != null) {
            throw Problem.of("The pipeline is not gone: " + job + " runs on Flink at "
                    + job.flink().address() + "; end it first");
        }
        Teardown teardown = Teardown.of(given, targets != null);
        PrintWriter out = spec.commandLine().getOut();
        if (teardown.removed().isEmpty()) {
            out.println("There is nothing to remove.");
        } else {
            out.println(yes ? "Removing" : "With --yes this is removed:");
            teardown.removed().forEach(what -> out.println("  " + what));
        }
        if (!teardown.left().isEmpty()) {
            out.println("This stays:");
            teardown.left().forEach(what -> out.println("  " + what));
        }
        out.flush();
        if (yes) {
            teardown.run();
        }
        return 0;
    }
}
