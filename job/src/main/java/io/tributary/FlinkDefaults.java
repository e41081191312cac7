package io.tributary;

import io.tributary.settings.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What Flink is told where neither the settings nor the cluster's configuration say anything: that a job can be resumed
 * after whatever ended it, and that an outage of a few minutes does not end it.
 *
 * <p>Not for Managed Service for Apache Flink, which refuses jobs that set these.
 */
final class FlinkDefaults {

    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
    private static final int LEAST_TOLERATED = 10;

    private FlinkDefaults() {}

    static void set(StreamExecutionEnvironment environment, Patience patience) {
        ReadableConfig said = environment.getConfiguration();
        Configuration defaults = new Configuration();
        // Iceberg commits with checkpoints, so a job without them would write nothing.
        set(said, defaults, CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        // The slot has moved on when a job ends, so without its last checkpoint it could only start from nothing.
        set(
                said,
                defaults,
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        set(said, defaults, CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, tolerated(said, patience));
        restarts(said, defaults);
        environment.configure(defaults);
    }

    /** As many as fail while a storage that is away is waited for. */
    private static int tolerated(ReadableConfig said, Patience patience) {
        long interval = said.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                .orElse(CHECKPOINT_INTERVAL)
                .toMillis();
        return (int) Math.max(LEAST_TOLERATED, patience.longest().toMillis() / Math.max(1, interval));
    }

    /** With growing pauses, and in the end not any more: what fails thirty times in a row will fail again. */
    private static void restarts(ReadableConfig said, Configuration defaults) {
        if (said.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isPresent()) {
            return;
        }
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        set(
                said,
                defaults,
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                Duration.ofSeconds(1));
        set(
                said,
                defaults,
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                Duration.ofMinutes(1));
        set(said, defaults, RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, 2.0);
        set(
                said,
                defaults,
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                Duration.ofMinutes(10));
        set(said, defaults, RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, 30);
    }

    /**
     * What the cluster's configuration lacks for a job to be resumed after a failure. The job cannot set these: how many
     * checkpoints are kept is the job manager's matter, and where, outlives the job.
     *
     * @param goneBack how many checkpoints the source lets the job go back
     */
    static List<String> cautions(ReadableConfig cluster, int goneBack) {
        List<String> cautions = new ArrayList<>();
        if (cluster.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).isEmpty()) {
            cautions.add(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key() + " is not set, so checkpoints are lost with"
                    + " the cluster: set it to a directory that outlives it, in Flink's configuration or below flink in"
                    + " the settings");
        }
        int kept = cluster.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS);
        if (kept <= goneBack) {
            cautions.add(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS.key() + " is " + kept
                    + ", so where the newest checkpoint cannot be read there is no other: set it to " + (goneBack + 1)
                    + " or more in the configuration of the job manager");
        }
        return cautions;
    }

    private static <T> void set(ReadableConfig said, Configuration defaults, ConfigOption<T> option, T value) {
        if (said.getOptional(option).isEmpty()) {
            defaults.set(option, value);
        }
    }
}
