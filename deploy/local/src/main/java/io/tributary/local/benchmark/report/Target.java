package io.tributary.local.benchmark.report;

import io.tributary.local.benchmark.measure.Quantity;
import org.jspecify.annotations.Nullable;

/** Something that a figure, or the ratio of two, has to be at least or at most. */
record Target(String sentence, double bound, boolean isLeast, Value value) {

    /** What is compared with the bound; null if it was not measured. */
    interface Value {
        @Nullable
        Double of(Summary summary);
    }

    static Target atLeast(double bound, String sentence, Value value) {
        return new Target(sentence, bound, true, value);
    }

    static Target atMost(double bound, String sentence, Value value) {
        return new Target(sentence, bound, false, value);
    }

    static Value figure(String scenario, String contender, Quantity quantity) {
        return summary -> summary.median(scenario, contender, quantity);
    }

    static Value ratio(Value of, Value to) {
        return summary -> {
            Double above = of.of(summary);
            Double below = to.of(summary);
            return above == null || below == null ? null : above / below;
        };
    }

    static Value difference(Value of, Value to) {
        return summary -> {
            Double more = of.of(summary);
            Double less = to.of(summary);
            return more == null || less == null ? null : more - less;
        };
    }

    boolean isMetBy(double found) {
        return isLeast ? found >= bound : found <= bound;
    }
}
