package io.tributary.local.benchmark.report;

import io.tributary.local.benchmark.measure.Spread;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How numbers are written: three digits that say something, and no more. */
final class Figures {

    private Figures() {}

    static String of(double value) {
        double size = Math.abs(value);
        String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }

    /** The median, and in parentheses the least and the most where there are several. */
    static String of(@Nullable Spread spread) {
        if (spread == null) {
            return "-";
        }
        String median = of(spread.median());
        return spread.count() == 1 ? median : median + " (" + of(spread.least()) + "-" + of(spread.most()) + ")";
    }
}
