package io.tributary.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigurationUtils;

/**
 * The keys that some stage reads. A key of an option may hold a placeholder for one part, {@code tables.<table>.key}; under the
 * key of a map and under an open key every deeper key is allowed, because it is handed on to somebody else's software.
 */
public final class KnownKeys {

    private static final String DEEPER = "(\\..+)?";

    private final List<String> keys = new ArrayList<>();
    private final List<Pattern> patterns = new ArrayList<>();

    public KnownKeys options(List<ConfigOption<?>> options) {
        for (ConfigOption<?> option : options) {
            add(option.key(), ConfigurationUtils.canBePrefixMap(option) ? DEEPER : "");
        }
        return this;
    }

    /** Keys under which everything is allowed. */
    public KnownKeys open(String... prefixes) {
        for (String prefix : prefixes) {
            add(prefix, DEEPER);
        }
        return this;
    }

    private void add(String key, String suffix) {
        StringBuilder regex = new StringBuilder();
        for (String part : key.split("\\.", -1)) {
            regex.append(regex.length() == 0 ? "" : "\\.").append(part.startsWith("<") ? "[^.]+" : Pattern.quote(part));
        }
        keys.add(key);
        patterns.add(Pattern.compile(regex + suffix));
    }

    /** A problem for each key that nobody reads, with the nearest one that somebody does. */
    public void check(Iterable<String> given, Problems problems) {
        for (String key : given) {
            if (patterns.stream().noneMatch(pattern -> pattern.matcher(key).matches())) {
                problems.add("Unknown setting " + key + "; the nearest known one is " + nearest(key));
            }
        }
    }

    private String nearest(String key) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String known : keys) {
            int distance = EditDistance.between(key, known);
            if (distance < least) {
                least = distance;
                best = known;
            }
        }
        return best;
    }
}
