package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** The metrics of the jobs of this JVM; public because Flink makes it. */
public final class Metrics implements MetricReporterFactory {

    private static final Map<Metric, String> ALL = new ConcurrentHashMap<>();

    static Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.setString("metrics.reporter.test.factory.class", Metrics.class.getName());
        return configuration;
    }

    /** The values of the gauge of this name, of all subtasks that run now. */
    static List<Long> values(String name) {
        List<Long> values = ALL.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(entry -> ((Number) ((Gauge<?>) entry.getKey()).getValue()).longValue())
                .collect(Collectors.toList());
        assertThat(values).as(name).isNotEmpty();
        return values;
    }

    static long most(String name) {
        return values(name).stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    static boolean areThere(String name) {
        return ALL.containsValue(name);
    }

    static long least(String name) {
        return values(name).stream().mapToLong(Long::longValue).min().orElseThrow();
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
                if (metric instanceof Gauge) {
                    ALL.put(metric, name);
                }
            }

            @Override
            public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
                ALL.remove(metric);
            }
        };
    }
}
