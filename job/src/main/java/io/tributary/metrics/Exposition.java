package io.tributary.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metrics and their values, as <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus' text format</a>
 * has them. All values of one metric stand together, in whatever order they are added.
 */
public final class Exposition {

    private final Map<String, StringBuilder> metrics = new LinkedHashMap<>();

    /** Only grows; its name ends with {@code _total}. */
    public Exposition counter(String name, String help, long value, String... labels) {
        return add(name, "counter", help, (double) value, labels);
    }

    /** @param labels names and values in turn */
    public Exposition gauge(String name, String help, double value, String... labels) {
        return add(name, "gauge", help, value, labels);
    }

    private Exposition add(String name, String type, String help, double value, String... labels) {
        StringBuilder text = metrics.computeIfAbsent(
                name,
                first -> new StringBuilder("# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n"));
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? "{" : ",")
                    .append(labels[i])
                    .append("=\"")
                    .append(escaped(labels[i + 1]))
                    .append('"');
        }
        text.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
        return this;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** Whole numbers without a fraction, so that people can read them. */
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1L << 53
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return String.join("", metrics.values());
    }
}
