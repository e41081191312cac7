package io.tributary.command;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the job runs that a command is about. */
final class FlinkOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--flink",
            paramLabel = "<url>",
            description = "Flink's REST interface, as http://localhost:8081; by default that of run --local")
    private @Nullable String flink;

    @Option(
            names = "--state",
            paramLabel = "<folder>",
            description = "what run --local was given; by default beside the settings")
    private @Nullable Path state;

    /** What {@code run --local} leaves behind. */
    StateFolder folder(SettingsOption settings) {
        return state != null ? StateFolder.at(state) : StateFolder.of(Path.of(settings.location()));
    }

    /** Whether it was said where Flink is. */
    boolean isElsewhere() {
        return flink != null;
    }

    /** Null if nothing says where Flink is. */
    @Nullable
    FlinkRest rest(SettingsOption settings) {
        String address = flink != null ? flink : folder(settings).address();
        return address == null ? null : at(spec, "--flink", address);
    }

    /** Fails with a sentence if it is no address. */
    static FlinkRest at(CommandSpec spec, String option, String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null && String.valueOf(uri.getScheme()).startsWith("http")) {
                return new FlinkRest(uri);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        boolean hasScheme = option.equals("--flink");
        throw new ParameterException(
                spec.commandLine(),
                option + " " + (hasScheme ? address : address.replace("http://", "")) + " is no address: write it as "
                        + (hasScheme ? "http://" : "") + "localhost:8081");
    }
}
