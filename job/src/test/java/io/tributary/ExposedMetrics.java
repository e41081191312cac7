package io.tributary;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** The metrics of those jobs of this JVM that are configured with it; public because Flink makes it. */
public final class ExposedMetrics implements MetricReporterFactory {

    /** Labels that Flink gives by itself. */
    private static final Set<String> SCOPE = Set.of(
            "host",
            "tm_id",
            "job_id",
            "job_name",
            "task_id",
            "task_name",
            "task_attempt_id",
            "task_attempt_num",
            "subtask_index",
            "operator_id",
            "operator_name");

    private static final Map<Metric, Map<String, String>> LABELS = new ConcurrentHashMap<>();
    private static final Map<Metric, String> NAMES = new ConcurrentHashMap<>();
    private static final Set<Exposed> SEEN = ConcurrentHashMap.newKeySet();

    /**
     * A metric, of whichever subtask.
     *
     * @param name as flink-metrics-prometheus calls it
     * @param labels without Flink's own
     * @param owner the class that registered it
     */
    record Exposed(String name, String type, Set<String> labels, String owner) {}

    public static void addTo(Configuration configuration) {
        configuration.setString("metrics.reporter.exposed.factory.class", ExposedMetrics.class.getName());
    }

    /** All that were ever there. */
    static List<Exposed> seen() {
        return List.copyOf(SEEN);
    }

    /** What subtasks show at the moment, by the value of a label: of several subtasks the most. */
    static Map<String, Long> values(String name, String label) {
        return NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .collect(Collectors.toMap(
                        metric -> LABELS.get(metric).getOrDefault(label, ""), ExposedMetrics::value, Math::max));
    }

    private static long value(Metric metric) {
        return metric instanceof Counter counter
                ? counter.getCount()
                : ((Number) ((Gauge<?>) metric).getValue()).longValue();
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new MetricReporter() {
            @Override
            public void open(MetricConfig config) {
                // Nothing is sent anywhere.
            }

            @Override
            public void close() {
                // Nothing was opened.
            }

            @Override
            public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
                Map<String, String> variables = group.getAllVariables().entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().replaceAll("[<>]", ""),
                                entry -> String.valueOf(entry.getValue())));
                Set<String> labels = new TreeSet<>(variables.keySet());
                labels.removeAll(SCOPE);
                String scope = LogicalScopeProvider.castFrom(group).getLogicalScope(text -> text, '_');
                LABELS.put(metric, variables);
                NAMES.put(metric, name);
                SEEN.add(new Exposed(
                        "flink_" + scope + "_" + name.replaceAll("[^a-zA-Z0-9:_]", "_"),
                        metric.getMetricType().name().toLowerCase(Locale.ROOT),
                        labels,
                        owner()));
            }

            @Override
            public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
                NAMES.remove(metric);
                LABELS.remove(metric);
            }
        };
    }

    /** The first class beyond Flink's metric groups: reporters are called on the thread that registers a metric. */
    private static String owner() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                        .filter(name -> !name.startsWith(ExposedMetrics.class.getName()))
                        .filter(name -> !name.startsWith("java."))
                        .filter(name -> !name.startsWith("org.apache.flink.metrics."))
                        .filter(name -> !name.startsWith("org.apache.flink.runtime.metrics."))
                        .findFirst())
                .orElseThrow();
    }
}
