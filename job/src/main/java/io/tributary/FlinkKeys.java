package io.tributary;

import io.tributary.settings.EditDistance;
import io.tributary.settings.Problems;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.jspecify.annotations.Nullable;

/**
 * What stands below {@code flink} in the settings. Flink takes any key and any text, and fails late or never, so those of its
 * options that a job or its cluster may be told are known here.
 *
 * <p>A key that is none of them may belong to a plugin, a file system or a reporter, unless it is nearly one of them.
 */
final class FlinkKeys {

    private static final List<Class<?>> OPTIONS = List.of(
            BatchExecutionOptions.class,
            BlobServerOptions.class,
            CheckpointingOptions.class,
            ClusterOptions.class,
            CoreOptions.class,
            DeploymentOptions.class,
            ExecutionOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            MetricOptions.class,
            NettyShuffleEnvironmentOptions.class,
            PipelineOptions.class,
            ResourceManagerOptions.class,
            RestOptions.class,
            RestartStrategyOptions.class,
            StateBackendOptions.class,
            StateChangelogOptions.class,
            StateRecoveryOptions.class,
            TaskManagerOptions.class,
            WebOptions.class);

    /** What others than Flink's core read: file systems, reporters, state backends, SQL, Kubernetes, and so on. */
    private static final List<String> OTHERS = List.of(
            "fs.",
            "s3.",
            "s3a.",
            "hadoop.",
            "flink.hadoop.",
            "metrics.reporter.",
            "traces.reporter.",
            "metrics.scope.",
            "state.backend.",
            "table.",
            "sql-client.",
            "kubernetes.",
            "yarn.",
            "security.",
            "env.",
            "containerized.",
            "external-resource.",
            "plugin.",
            "historyserver.",
            "rest.",
            "python.");

    /** So many letters may be wrong in a key that is meant to be one of these. */
    private static final int SLIPS = 2;

    private FlinkKeys() {}

    /** A problem for each value that its option cannot be, and for each key that is nearly one. */
    static void check(Configuration flink, Problems problems) {
        Map<String, ConfigOption<?>> known = known();
        for (String key : new TreeSet<>(flink.keySet())) {
            ConfigOption<?> option = known.get(key);
            if (option != null) {
                checkValue(flink, key, option, problems);
            } else if (isUnknown(key)) {
                String near = near(key, known.keySet());
                if (near != null) {
                    problems.add("Unknown setting " + Settings.FLINK + "." + key + "; did you mean " + Settings.FLINK
                            + "." + near + "?");
                }
            }
        }
    }

    /** Of keys that nothing is near to. */
    static List<String> remarks(Configuration flink) {
        Map<String, ConfigOption<?>> known = known();
        List<String> remarks = new ArrayList<>();
        for (String key : new TreeSet<>(flink.keySet())) {
            if (!known.containsKey(key) && isUnknown(key) && near(key, known.keySet()) == null) {
                remarks.add("Flink itself has no option " + key + " (" + Settings.FLINK + "." + key
                        + "): it is handed on, and has no effect unless something else reads it");
            }
        }
        return remarks;
    }

    private static boolean isUnknown(String key) {
        return OTHERS.stream().noneMatch(key::startsWith);
    }

    /** Null if it is none with a slip or two in it. */
    private static @Nullable String near(String key, Set<String> known) {
        return known.stream()
                .filter(name ->
                        Math.abs(name.length() - key.length()) <= SLIPS && EditDistance.between(key, name) <= SLIPS)
                .min(Comparator.comparingInt(name -> EditDistance.between(key, name)))
                .orElse(null);
    }

    private static void checkValue(Configuration flink, String key, ConfigOption<?> option, Problems problems) {
        try {
            flink.getOptional(option);
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.add(
                    Settings.FLINK + "." + key + " cannot be " + flink.getString(key, "") + ": " + cause.getMessage());
        }
    }

    /** By their keys, also those that they had once. */
    private static Map<String, ConfigOption<?>> known() {
        Map<String, ConfigOption<?>> known = new TreeMap<>();
        for (Class<?> options : OPTIONS) {
            for (Field field : options.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && ConfigOption.class.isAssignableFrom(field.getType())) {
                    ConfigOption<?> option = (ConfigOption<?>) value(field);
                    known.put(option.key(), option);
                    option.fallbackKeys().forEach(old -> known.putIfAbsent(old.getKey(), option));
                }
            }
        }
        return known;
    }

    private static Object value(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " is public", e);
        }
    }
}
