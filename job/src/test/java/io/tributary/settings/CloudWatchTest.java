package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Which metrics Managed Flink would send to CloudWatch. */
final class CloudWatchTest {

    @Test
    void elsewhereThereAreNone() {
        assertThat(shown(new Configuration())).isEmpty();
    }

    @Test
    void onManagedFlinkTheyAreInTheGroupThatTheServiceSends() {
        Configuration given = new Configuration();
        CloudWatch.onByDefault(given);
        assertThat(shown(given)).containsOnlyKeys("kinesisanalytics");
    }

    @Test
    void whoDoesNotWantToPayHasNoneThereEither() {
        Configuration given = Configuration.fromMap(Map.of("metrics.cloudwatch", "false"));
        CloudWatch.onByDefault(given);
        assertThat(shown(given)).isEmpty();
    }

    /** Gauges by the name of their group. */
    private static Map<String, Gauge<?>> shown(Configuration given) {
        Map<String, Gauge<?>> shown = new HashMap<>();
        Problems problems = new Problems();
        Gauge<Integer> three = () -> 3;
        CloudWatch.from(Given.of(given, new Secrets(name -> null, name -> null), problems))
                .gauge(group("", shown), "metric", three);
        problems.throwIfAny();
        assertThat(shown.values()).allSatisfy(gauge -> {
            assertThat(gauge).isNotSameAs(three);
            assertThat(gauge.getValue()).isEqualTo(3);
        });
        return shown;
    }

    private static UnregisteredMetricsGroup group(String name, Map<String, Gauge<?>> shown) {
        return new UnregisteredMetricsGroup() {
            @Override
            public UnregisteredMetricsGroup addGroup(String below) {
                return group(below, shown);
            }

            @Override
            public <T, G extends Gauge<T>> G gauge(String metric, G gauge) {
                shown.put(name, gauge);
                return gauge;
            }
        };
    }
}
