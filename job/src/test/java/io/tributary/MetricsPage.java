package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.metrics.Exposition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code docs/metrics.md} says, and whether it is what runs.
 *
 * <p>A section is held against the metrics that jobs of this JVM have registered until then.
 */
public final class MetricsPage {

    /** The title of the section. */
    static final String CLOUDWATCH = "CloudWatch";

    private static final Path PAGE = Path.of("docs/metrics.md");
    private static final Pattern PREFIX = Pattern.compile("Prometheus: `([a-z_]+)`.*");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (counter|gauge|meter|histogram) \\|(.*)\\|");
    private static final Pattern VALUE = Pattern.compile("(\\w+)(\\{.*})? \\S+");
    private static final Pattern LABEL_OF_VALUE = Pattern.compile("(\\w+)=\"");
    private static final Pattern LABEL = Pattern.compile("`([a-z_]+)`");

    /** A line of the page; {@code name} is the one in Prometheus. */
    record Described(String section, String name, String type, Set<String> labels, String unit, String meaning) {}

    private MetricsPage() {}

    /**
     * The section names what a class or the classes of a package register, with type and labels; nothing else, and all of it.
     */
    public static void assertThatSectionTells(String section, String owner) {
        assertThat(described(section)).isNotEmpty().isEqualTo(exposed(owner));
    }

    /** The section names what the text shows, which is of commands that Flink does not run. */
    public static void assertThatSectionTells(String section, Exposition shown) {
        Map<String, Set<String>> labels = new TreeMap<>();
        Set<String> lines = new TreeSet<>();
        for (String line : shown.toString().split("\n")) {
            Matcher value = VALUE.matcher(line);
            if (value.matches()) {
                Set<String> found = labels.computeIfAbsent(value.group(1), first -> new TreeSet<>());
                LABEL_OF_VALUE.matcher(line).results().forEach(label -> found.add(label.group(1)));
            }
        }
        for (String line : shown.toString().split("\n")) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                lines.add(words[3] + " " + words[2] + " " + labels.get(words[2]));
            }
        }
        assertThat(described(section)).isNotEmpty().isEqualTo(lines);
    }

    /** Those of the section on CloudWatch that jobs of this JVM have shown: these ones at least, and none that are not on the page. */
    public static void assertThatCloudWatchHas(String... metrics) {
        Set<String> shown = exposed("io.tributary.settings.CloudWatch");
        assertThat(described(CLOUDWATCH)).isNotEmpty().containsAll(shown);
        assertThat(shown)
                .containsAll(Arrays.stream(metrics)
                        .map(metric -> "gauge flink_taskmanager_job_task_operator_kinesisanalytics_" + metric + " []")
                        .toList());
    }

    /** The section's metrics are there, whoever registers them. */
    static void assertThatThereIs(String section) {
        Set<String> all =
                ExposedMetrics.seen().stream().map(MetricsPage::line).collect(Collectors.toCollection(TreeSet::new));
        assertThat(all).containsAll(described(section));
    }

    private static Set<String> described(String section) {
        return all().stream()
                .filter(metric -> metric.section().equals(section))
                .map(metric -> metric.type() + " " + metric.name() + " " + metric.labels())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> exposed(String owner) {
        return ExposedMetrics.seen().stream()
                .filter(metric -> (metric.owner() + ".").startsWith(owner + "."))
                .map(MetricsPage::line)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String line(ExposedMetrics.Exposed metric) {
        return metric.type() + " " + metric.name() + " " + metric.labels();
    }

    /** The names in Prometheus of all metrics on the page. */
    static Set<String> names() {
        return all().stream().map(Described::name).collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> sections() {
        return all().stream().map(Described::section).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static List<Described> all() {
        List<Described> all = new ArrayList<>();
        String section = "";
        String prefix = "";
        for (String line : lines()) {
            Matcher begin = PREFIX.matcher(line);
            Matcher row = ROW.matcher(line);
            if (line.startsWith("#")) {
                section = line.replaceFirst("#+ ", "");
                prefix = "";
            } else if (begin.matches()) {
                prefix = begin.group(1);
            } else if (row.matches()) {
                all.add(described(section, prefix, row.group(1), row.group(2), row.group(3)));
            }
        }
        return all;
    }

    private static Described described(String section, String prefix, String metric, String type, String rest) {
        assertThat(prefix).as("what comes before %s in Prometheus", metric).isNotEmpty();
        List<String> cells =
                Arrays.stream(rest.split("\\|", 3)).map(String::strip).toList();
        assertThat(cells).as("unit, labels and meaning of %s", metric).hasSize(3);
        Set<String> labels = new TreeSet<>();
        LABEL.matcher(cells.get(1)).results().forEach(found -> labels.add(found.group(1)));
        String name = prefix + (prefix.startsWith("flink_") && labels.contains("table") ? "table_" : "") + metric;
        return new Described(section, name, type, labels, cells.get(0), cells.get(2));
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
