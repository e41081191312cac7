package io.tributary.local.benchmark.measure;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one contender showed in one round of a scenario.
 *
 * @param failure why the figures do not count, or null
 */
public record Measurement(
        String scenario,
        String contender,
        int round,
        Map<Quantity, Double> values,
        @Nullable String failure) {

    /** {@code rows} went through in the given time. */
    public static Measurement of(String scenario, String contender, int round, long rows, Timing timing) {
        Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
        values.put(Quantity.ROWS_PER_SECOND, rows / timing.seconds());
        values.put(Quantity.SECONDS, timing.seconds());
        values.put(Quantity.CPU_PER_MILLION, timing.cpuSeconds() * 1e6 / rows);
        values.put(Quantity.POSTGRES_CPU_PER_MILLION, timing.postgresCpuSeconds() * 1e6 / rows);
        return new Measurement(scenario, contender, round, values, null);
    }

    public static Measurement failed(String scenario, String contender, int round, Throwable failure) {
        return new Measurement(scenario, contender, round, Map.of(), Reason.of(failure));
    }
}
