package io.tributary.command.verify;

import java.util.List;
import java.util.Map;

/**
 * What was found of one output.
 *
 * @param rows by system, how many there were
 * @param failures why something could not be compared; none if all could
 * @param differences of which {@code --keys} are looked for at most
 * @param rangesLeft ranges of keys with differences that were not looked into
 * @param changing keys that changed whenever they were looked at, and so could not be compared
 * @param notes what one has to know to judge it
 */
public record Outcome(
        String output,
        Map<String, Long> rows,
        List<String> failures,
        List<Difference> differences,
        int rangesLeft,
        long changing,
        List<String> notes,
        long milliseconds) {

    static Outcome failure(String output, String sentence) {
        return new Outcome(output, Map.of(), List.of(sentence), List.of(), 0, 0, List.of(), 0);
    }

    public boolean isClean() {
        return failures.isEmpty() && differences.isEmpty() && rangesLeft == 0;
    }

    /** How many of the keys that were looked into are wrong in the target. */
    public long wrongIn(String target) {
        return differences.stream()
                .filter(difference -> difference.wrong().containsKey(target))
                .count();
    }
}
