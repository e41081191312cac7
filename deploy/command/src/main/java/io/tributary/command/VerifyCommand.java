package io.tributary.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.command.verify.Outcome;
import io.tributary.command.verify.OutcomeText;
import io.tributary.command.verify.Verification;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the targets with the source. */
@Command(
        name = "verify",
        sortOptions = false,
        description = {
            "Compare every output's rows in PostgreSQL with those in Iceberg and in the warehouse, while the job runs.",
            "Checksums of key ranges tell where to look; then each differing key is shown with its rows, and who is"
                    + " wrong. It ends with 1 if something differs or could not be compared."
        })
final class VerifyCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Option(
            names = "--table",
            paramLabel = "<name>",
            description = "an output that is compared; may be given more than once; all by default")
    private List<String> tables = new ArrayList<>();

    @Option(
            names = "--keys",
            paramLabel = "<number>",
            defaultValue = "20",
            description = "how many differing keys of an output are shown at most [20]")
    private int keys;

    @Option(
            names = "--wait",
            paramLabel = "<duration>",
            defaultValue = "1min",
            description = "how long the targets are waited for to have what the source has [1min]")
    private String patience = "";

    @Option(
            names = "--progress",
            paramLabel = "<file>",
            description =
                    "remember there what was the same, and go on from there if it was broken off; removed at the end")
    private @Nullable Path progress;

    @Option(
            names = "--database",
            paramLabel = "<file>",
            description = "settings whose postgres section names the tables that the job reads by way of Kafka")
    private @Nullable String database;

    @Option(names = "--json", description = "print each output as a JSON object, a line each")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (keys < 1) {
            throw new ParameterException(spec.commandLine(), "--keys cannot be " + keys + ": it takes a number from 1");
        }
        Duration wait = duration();
        PrintWriter out = spec.commandLine().getOut();
        OutcomeText text = new OutcomeText(out);
        VerifyProgress done = VerifyProgress.at(progress);
        boolean isClean = true;
        try (Verification verification = Verifier.open(settings.location(), database)) {
            for (String output : wanted(verification.outputs())) {
                if (done.has(output)) {
                    spec.commandLine().getErr().println(output + ": was the same before this was broken off");
                    continue;
                }
                Outcome outcome = verification.compare(output, keys, wait);
                isClean &= outcome.isClean();
                if (json) {
                    out.println(JSON.writeValueAsString(outcome));
                } else {
                    text.print(outcome);
                }
                out.flush();
                if (outcome.isClean()) {
                    done.add(output);
                }
            }
        }
        done.end();
        if (!json) {
            text.end(isClean);
        }
        return isClean ? 0 : Tributary.PROBLEMS;
    }

    private Duration duration() {
        try {
            return TimeUtils.parseDuration(patience);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--wait " + patience + " is not a duration: write it as 30s or 5min");
        }
    }

    private List<String> wanted(Set<String> outputs) {
        Problems problems = new Problems();
        for (String table : tables) {
            if (!outputs.contains(table)) {
                problems.add("--table " + table + ": the job makes no such table of tables of PostgreSQL"
                        + Suggestions.near(table, outputs));
            }
        }
        if (outputs.isEmpty()) {
            problems.add("There is nothing to compare: sql.pass-through names no table, and there are no SQL files");
        }
        problems.throwIfAny();
        return tables.isEmpty() ? List.copyOf(outputs) : tables;
    }
}
