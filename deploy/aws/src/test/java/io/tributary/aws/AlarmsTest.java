package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The list of alarms says what is made for CloudWatch. */
final class AlarmsTest {

    private static final Path LIST =
            Path.of(System.getProperty("tributary.home", "../.."), "deploy/monitoring/alarms.yaml");

    /** What is watched, from where on, and where it is written what to do. */
    private record Watched(String namespace, String metric, String threshold, String runbook)
            implements Comparable<Watched> {
        @Override
        public int compareTo(Watched other) {
            return toString().compareTo(other.toString());
        }
    }

    @Test
    void theListHasEveryAlarmWithItsThresholdAndEntryAndNoOther() throws IOException {
        Set<Watched> made = new TreeSet<>();
        // Aurora's disk grows by itself, so only the other one has an alarm of it.
        for (Synthesized stack : List.of(Synthesized.whole(), Synthesized.of("--database", "rds"))) {
            stack.resources("AWS::CloudWatch::Alarm").values().forEach(alarm -> made.add(watched(alarm)));
        }
        assertThat(made).hasSizeGreaterThan(15).isEqualTo(listed());
    }

    /** The job shows the metrics only where the setting says so. */
    @Test
    void withoutTheJobsOwnMetricsThereIsNoAlarmOfThem() {
        Synthesized stack = Synthesized.of("--settings", "src/test/resources/unwatched.yaml");
        assertThat(stack.resources("AWS::CloudWatch::Alarm").values())
                .isNotEmpty()
                .extracting(alarm -> watched(alarm).metric())
                .contains("downtime")
                .doesNotContain("outages", "deadLetters", "completeAgeMilliseconds", "connected");
    }

    private static Watched watched(JsonNode alarm) {
        JsonNode properties = alarm.has("Properties") ? alarm.path("Properties") : alarm;
        JsonNode metric = properties;
        for (JsonNode part : properties.path("Metrics")) {
            if (part.has("MetricStat")) {
                metric = part.at("/MetricStat/Metric");
            }
        }
        return new Watched(
                metric.path("Namespace").asText(),
                metric.path("MetricName").asText(),
                plain(properties.path("Threshold").asText()),
                properties.path("AlarmDescription").asText().replaceFirst(".*#", ""));
    }

    private static String plain(String number) {
        return new BigDecimal(number).stripTrailingZeros().toPlainString();
    }

    @SuppressWarnings("unchecked")
    private static Set<Watched> listed() throws IOException {
        Map<String, Map<String, Object>> alarms = (Map<String, Map<String, Object>>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(LIST));
        Set<Watched> listed = new TreeSet<>();
        for (Map<String, Object> alarm : alarms.values()) {
            for (Map<String, Object> watched :
                    (List<Map<String, Object>>) alarm.getOrDefault("cloudwatch", List.of())) {
                listed.add(new Watched(
                        String.valueOf(watched.get("namespace")),
                        String.valueOf(watched.get("metric")),
                        plain(String.valueOf(watched.get("threshold"))),
                        String.valueOf(alarm.get("runbook"))));
            }
        }
        return listed;
    }
}
