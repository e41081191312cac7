package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What {@code deploy/monitoring} watches exists, and whoever is woken up finds out what to do. Prometheus itself runs in its script. */
final class MonitoringTest {

    private static final Path FOLDER = Path.of("../deploy/monitoring");
    private static final String RUNBOOK = "job/docs/operations.md#";
    private static final Pattern METRIC = Pattern.compile("\\b(flink|tributary)_\\w+");
    private static final Pattern RECORDED = Pattern.compile("\\btributary:\\w+");

    @Test
    void everyMetricOfARuleIsShown() throws IOException {
        assertThat(rules()).hasSizeGreaterThan(20).allSatisfy(rule -> assertThatMetricsExist(text(rule, "expr")));
    }

    @Test
    void everyMetricOfTheDashboardIsShown() throws IOException {
        JsonNode dashboard = dashboard();
        List<String> expressions = new ArrayList<>(dashboard.findValuesAsText("expr"));
        expressions.addAll(dashboard.path("templating").findValuesAsText("definition"));
        assertThat(expressions)
                .hasSizeGreaterThan(30)
                .allSatisfy(expression -> assertThat(METRIC.matcher(expression).find()
                                || RECORDED.matcher(expression).find())
                        .as(expression)
                        .isTrue())
                .allSatisfy(MonitoringTest::assertThatMetricsExist);
    }

    @Test
    void everyPanelHasAPlaceOfItsOwnAndTheDataSourceThatIsThere() throws IOException {
        Set<String> taken = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        String source = Files.readString(FOLDER.resolve("grafana/provisioning/datasources/prometheus.yaml"));
        for (JsonNode panel : dashboard().path("panels")) {
            assertThat(ids.add(panel.path("id").intValue())).as("%s", panel).isTrue();
            JsonNode place = panel.path("gridPos");
            for (int x = 0; x < place.path("w").intValue(); x++) {
                for (int y = 0; y < place.path("h").intValue(); y++) {
                    int column = place.path("x").intValue() + x;
                    assertThat(column).isLessThan(24);
                    assertThat(taken.add(column + " " + (place.path("y").intValue() + y)))
                            .as("%s", panel.path("title"))
                            .isTrue();
                }
            }
            if (!panel.path("type").asText().equals("row")) {
                assertThat(source)
                        .contains("uid: " + panel.path("datasource").path("uid").asText());
            }
        }
    }

    @Test
    void everyAlertHasItsEntriesInTheListOfAlarmsAndInTheRunbook() throws IOException {
        Map<String, Map<String, Object>> all = yaml("alarms.yaml");
        Map<String, Map<String, Object>> alarms = new TreeMap<>(all);
        alarms.values().removeIf(alarm -> !alarm.containsKey("threshold"));
        Set<String> anchors = Files.readAllLines(Path.of("docs/operations.md")).stream()
                .filter(line -> line.startsWith("### "))
                .map(MonitoringTest::anchor)
                .collect(Collectors.toSet());
        List<Map<String, Object>> alerts =
                rules().stream().filter(rule -> rule.containsKey("alert")).toList();

        assertThat(alerts)
                .extracting(alert -> text(alert, "alert"))
                .containsExactlyInAnyOrderElementsOf(alarms.keySet());
        assertThat(alerts).allSatisfy(alert -> {
            Map<String, Object> alarm = alarms.get(text(alert, "alert"));
            assertThat(((Map<?, ?>) alert.get("labels")).get("severity"))
                    .isEqualTo(alarm.get("severity"))
                    .isIn("page", "ticket");
            assertThat(((Map<?, ?>) alert.get("annotations")).get("runbook")).isEqualTo(RUNBOOK + alarm.get("runbook"));
            assertThat(anchors).contains(String.valueOf(alarm.get("runbook")));
            assertThat(text(alert, "expr")).matches("(?s).*(>|==) " + alarm.get("threshold") + "\\b.*");
            assertThat(Files.readString(Path.of("docs/operations.md"))).contains("`" + text(alert, "alert") + "`");
        });
    }

    /** Each has its price there, so none is shown that wakes nobody. */
    @Test
    void whatTheJobShowsToCloudWatchIsWhatAlarmsAreMadeOf() throws IOException {
        Map<String, Map<String, Object>> alarms = yaml("alarms.yaml");
        assertThat(MetricsPage.all().stream()
                        .filter(metric -> metric.section().equals(MetricsPage.CLOUDWATCH))
                        .map(metric -> metric.name().replaceFirst(".*_", "")))
                .isNotEmpty()
                .isSubsetOf(alarms.values().stream()
                        .map(alarm -> alarm.getOrDefault("cloudwatch", List.of()))
                        .flatMap(watched -> ((List<?>) watched).stream())
                        .filter(watched ->
                                ((Map<?, ?>) watched).get("namespace").equals("AWS/KinesisAnalytics"))
                        .map(watched -> String.valueOf(((Map<?, ?>) watched).get("metric")))
                        .toList());
    }

    private static void assertThatMetricsExist(String expression) throws IOException {
        Set<String> recorded = rules().stream()
                .filter(rule -> rule.containsKey("record"))
                .map(rule -> text(rule, "record"))
                .collect(Collectors.toSet());
        assertThat(MetricsPage.names()).containsAll(found(METRIC, expression));
        assertThat(recorded).containsAll(found(RECORDED, expression));
    }

    private static Set<String> found(Pattern names, String expression) {
        return names.matcher(expression)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, List<Map<String, Object>>> file = yaml("rules/tributary.yml");
        return file.get("groups").stream()
                .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static <T> T yaml(String file) throws IOException {
        return (T) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FOLDER.resolve(file)));
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(FOLDER.resolve("grafana/dashboards/tributary.json").toFile());
    }

    private static String text(Map<String, Object> rule, String key) {
        return String.valueOf(rule.get(key));
    }

    /** As the sites that show Markdown make it. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 -]", "")
                .replace(' ', '-');
    }
}
