package io.tributary.query;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds what a user may have meant by a name that does not exist. */
final class Suggestions {

    private static final int MOST = 3;

    private Suggestions() {}

    /** The end of a sentence: the nearest known names, or else all of them if they are few. */
    static String near(String wrong, Collection<String> known) {
        String lower = wrong.toLowerCase(Locale.ROOT);
        int limit = Math.min(wrong.length() - 1, Math.max(1, wrong.length() / 3));
        List<String> near = known.stream()
                .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= limit)
                .sorted(java.util.Comparator.comparingInt(
                                (String name) -> distance(lower, name.toLowerCase(Locale.ROOT)))
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

    /** How many letters have to be put in, left out or replaced to make one of the other. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
