package io.tributary.local.benchmark.measure;

import java.util.Collection;

/** What several measurements of one thing come to: their median, and how far they lie apart. */
public record Spread(double median, double least, double most, int count) {

    /** @throws IllegalArgumentException if there are none */
    public static Spread of(Collection<Double> values) {
        double[] sorted = sorted(values);
        return new Spread(percentile(sorted, 0.5), sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /** The value below which the given share lies, between neighbours in proportion. */
    public static double percentile(Collection<Double> values, double share) {
        return percentile(sorted(values), share);
    }

    private static double[] sorted(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("There are no values");
        }
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
    }
}
