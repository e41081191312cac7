package io.tributary.local.benchmark.report;

import io.tributary.local.benchmark.measure.Measurement;
import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.benchmark.measure.Spread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rounds put together: for every scenario, contender and quantity the median and the spread. */
final class Summary {

    private final List<Measurement> measurements;

    Summary(List<Measurement> measurements) {
        this.measurements = measurements;
    }

    /** In the order in which they were run. */
    Collection<String> scenarios() {
        Map<String, Boolean> names = new LinkedHashMap<>();
        measurements.forEach(measurement -> names.put(measurement.scenario(), true));
        return names.keySet();
    }

    /** In the order of their first round. */
    Collection<String> contenders(String scenario) {
        Map<String, Boolean> names = new LinkedHashMap<>();
        of(scenario).forEach(measurement -> names.put(measurement.contender(), true));
        return names.keySet();
    }

    Set<Quantity> quantities(String scenario) {
        Set<Quantity> quantities = new TreeSet<>();
        of(scenario)
                .forEach(measurement -> quantities.addAll(measurement.values().keySet()));
        return quantities;
    }

    private List<Measurement> of(String scenario) {
        return measurements.stream()
                .filter(measurement -> measurement.scenario().equals(scenario))
                .toList();
    }

    /** Null if there is no round that counts. */
    @Nullable
    Spread spread(String scenario, String contender, Quantity quantity) {
        List<Double> values = new ArrayList<>();
        for (Measurement measurement : of(scenario)) {
            Double value = measurement.values().get(quantity);
            if (measurement.contender().equals(contender) && measurement.failure() == null && value != null) {
                values.add(value);
            }
        }
        return values.isEmpty() ? null : Spread.of(values);
    }

    @Nullable
    Double median(String scenario, String contender, Quantity quantity) {
        Spread spread = spread(scenario, contender, quantity);
        return spread == null ? null : spread.median();
    }

    /** Rounds that do not count, a sentence each. */
    List<String> failures() {
        return measurements.stream()
                .filter(measurement -> measurement.failure() != null)
                .map(measurement -> measurement.scenario() + ", " + measurement.contender() + ", round "
                        + measurement.round() + " failed: " + measurement.failure())
                .toList();
    }
}
