package io.tributary.command;

import io.tributary.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The job's own plan, which may be compared with what a savepoint or a running job has. */
@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "Check everything, and print what is wrong and how to mend it.",
            "With --from it says what becomes of each SQL file and table when the job is resumed: what goes on, is filled"
                    + " again, is new, is removed or refused, and why. It ends with 1 if something is refused."
        })
final class PlanCommand implements Callable<Integer> {

    /** In place of a savepoint. */
    private static final String RUNNING = "running";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--settings",
            paramLabel = "<file>",
            description = "the YAML file of the settings: a path, or a URI")
    private @Nullable String settings;

    @Option(
            names = "--application-properties",
            paramLabel = "<file>",
            description = "the property groups of Managed Service for Apache Flink, in place of --settings")
    private @Nullable String properties;

    @Option(names = "--local", description = "for a job that run --local runs")
    private boolean local;

    @Option(
            names = "--from",
            paramLabel = "<savepoint>",
            description = "compare with this savepoint or retained checkpoint; " + RUNNING
                    + " compares with the job that runs with these settings")
    private @Nullable String from;

    @Option(
            names = "--save",
            description = "write the columns of the tables to tables.yaml beside the SQL files, for --offline and test")
    private boolean save;

    @Option(
            names = "--offline",
            description = "check settings and SQL with tables.yaml, and ask no system for anything")
    private boolean offline;

    @Mixin
    private FlinkOptions flink = new FlinkOptions();

    @Override
    public Integer call() throws Exception {
        List<String> job = new ArrayList<>(List.of("plan"));
        if (settings != null) {
            job.addAll(List.of("--settings", settings));
        }
        if (properties != null) {
            job.addAll(List.of("--application-properties", properties));
        }
        if (save) {
            job.add("--save");
        }
        if (offline) {
            job.add("--offline");
        }
        boolean isRunning = RUNNING.equals(from);
        if (flink.isElsewhere() && !isRunning) {
            throw new ParameterException(spec.commandLine(), "--flink is for --from " + RUNNING);
        }
        if (!isRunning) {
            if (from != null) {
                job.addAll(List.of("--from", from));
            }
            plan(job, local);
            return 0;
        }
        if (settings == null) {
            throw new ParameterException(
                    spec.commandLine(), "--from " + RUNNING + " needs --settings, which name the job");
        }
        SettingsOption location = SettingsOption.of(settings);
        compare(RunningJob.of(flink.rest(location), GivenSettings.read(settings)), job, local || !flink.isElsewhere());
        return 0;
    }

    /** The plan as a job has it that runs in this process or elsewhere; fails with all that is wrong. */
    static void plan(List<String> job, boolean local) throws Exception {
        String[] arguments = job.toArray(new String[0]);
        if (!local) {
            Main.main(arguments);
            return;
        }
        StateFolder folder = StateFolder.at(Path.of(""));
        EmbeddedFlink.of(LocalFlink.of(Map.of(), folder, 0, null)).during(() -> Main.main(arguments));
    }

    /** The same, compared with a job that runs. */
    static void compare(RunningJob with, List<String> job, boolean local) throws Exception {
        Path inventory = Files.createTempFile("tributary", ".inventory");
        try {
            Files.writeString(inventory, with.inventory());
            List<String> words = new ArrayList<>(job);
            words.addAll(List.of("--from", inventory.toString()));
            plan(words, local);
        } finally {
            Files.delete(inventory);
        }
    }
}
