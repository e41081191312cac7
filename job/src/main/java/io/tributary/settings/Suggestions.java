package io.tributary.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds what a user may have meant by a name that does not exist. */
public final class Suggestions {

    private static final int MOST = 3;

    private Suggestions() {}

    /** How far from it, by {@link EditDistance}, a known name is that may have been meant. */
    public static int reach(String wrong) {
        return Math.min(wrong.length() - 1, Math.max(1, wrong.length() / 3));
    }

    /** The end of a sentence: the nearest known names, or else all of them if they are few. */
    public static String near(String wrong, Collection<String> known) {
        String lower = wrong.toLowerCase(Locale.ROOT);
        int limit = reach(wrong);
        List<String> near = known.stream()
                .filter(name -> EditDistance.between(lower, name.toLowerCase(Locale.ROOT)) <= limit)
                .sorted(Comparator.comparingInt(
                                (String name) -> EditDistance.between(lower, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(name -> name))
                .limit(MOST)
                .collect(Collectors.toList());
        if (!near.isEmpty()) {
            return "; did you mean " + String.join(" or ", near) + "?";
        }
        return known.isEmpty() || known.size() > 20
                ? ""
                : "; there are " + known.stream().sorted().collect(Collectors.joining(", "));
    }
}
