package io.tributary.sink.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a target differs from the table that it mirrors, by keys.
 *
 * @param duplicated keys that have more than one row, right ones or not
 * @param stale keys whose only row is an older one
 * @param resurrected keys that were deleted and have a row
 * @param lost keys that have no row
 */
record Outcome(Set<Integer> duplicated, Set<Integer> stale, Set<Integer> resurrected, Set<Integer> lost) {

    /** @param found rows of the target, key and state with a bar between them */
    static Outcome of(Map<Integer, String> rows, List<String> found) {
        Map<Integer, List<String>> target = new TreeMap<>();
        for (String row : found) {
            int bar = row.indexOf('|');
            target.computeIfAbsent(Integer.valueOf(row.substring(0, bar)), id -> new ArrayList<>())
                    .add(row.substring(bar + 1));
        }
        Outcome outcome = new Outcome(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>(rows.keySet()));
        outcome.lost.removeAll(target.keySet());
        target.forEach((id, states) -> {
            if (!rows.containsKey(id)) {
                outcome.resurrected.add(id);
            } else if (states.size() > 1) {
                outcome.duplicated.add(id);
            } else if (!states.get(0).equals(rows.get(id))) {
                outcome.stale.add(id);
            }
        });
        return outcome;
    }

    boolean isRight() {
        return duplicated.isEmpty() && stale.isEmpty() && resurrected.isEmpty() && lost.isEmpty();
    }
}
