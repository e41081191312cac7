package io.tributary.settings;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigurationUtils;
import org.jspecify.annotations.Nullable;

/**
 * The keys that some stage reads. In a key of an option a name may stand, {@code tables.<table>.key}, see {@link NamedKey};
 * under the key of a map and under an open key every deeper key is allowed, because it is handed on to somebody else's
 * software.
 */
public final class KnownKeys {

    /** True for those under which everything is allowed. */
    private final Map<String, Boolean> keys = new LinkedHashMap<>();

    private final Set<String> places = new LinkedHashSet<>();

    public KnownKeys options(List<ConfigOption<?>> options) {
        for (ConfigOption<?> option : options) {
            add(option.key(), ConfigurationUtils.canBePrefixMap(option));
        }
        return this;
    }

    /** Options that each source may have for itself, under {@code sources.<source>.}. */
    public KnownKeys ofSources(List<ConfigOption<?>> options) {
        for (ConfigOption<?> option : options) {
            add(NamedKey.SOURCES + "." + option.key(), ConfigurationUtils.canBePrefixMap(option));
        }
        return this;
    }

    /** Keys under which everything is allowed. */
    public KnownKeys open(String... prefixes) {
        for (String prefix : prefixes) {
            add(prefix, true);
        }
        return this;
    }

    private void add(String key, boolean isOpen) {
        keys.put(key, isOpen);
        String place = NamedKey.placeOf(key);
        if (place != null) {
            places.add(place);
        }
    }

    /** A problem for each key that nobody reads, with the nearest one that somebody does. */
    public void check(Iterable<String> given, Problems problems) {
        for (String key : given) {
            if (!isKnown(key)) {
                problems.add("Unknown setting " + key + "; " + remedy(key));
            }
        }
    }

    private boolean isKnown(String key) {
        if (isListed(key)) {
            return true;
        }
        for (String place : places) {
            NamedKey named = NamedKey.parse(place, key);
            if (named != null && isListed(optionKey(place, named.rest()))) {
                return true;
            }
        }
        return false;
    }

    private boolean isListed(String key) {
        if (keys.containsKey(key)) {
            return true;
        }
        return keys.entrySet().stream().anyMatch(entry -> entry.getValue() && key.startsWith(entry.getKey() + "."));
    }

    private static String optionKey(String place, String rest) {
        return rest.isEmpty() ? place : place + "." + rest;
    }

    private String remedy(String key) {
        for (String place : places) {
            NamedKey named = NamedKey.parse(place, key);
            if (named == null) {
                continue;
            }
            String quoted = quoted(place, key);
            return quoted != null
                    ? "a name with a dot stands in double quotes: " + quoted
                    : "the nearest known one is "
                            + NamedKey.of(nearest(optionKey(place, named.rest()), place), named.name());
        }
        return "the nearest known one is " + nearest(key, "");
    }

    /** The key as it would be known if more of it were the name; null if it would not be. */
    private @Nullable String quoted(String place, String key) {
        int from = place.indexOf('<');
        for (int dot = key.indexOf('.', from); dot > 0; dot = key.indexOf('.', dot + 1)) {
            String rest = key.substring(dot + 1);
            if (key.charAt(from) != '"' && isListed(optionKey(place, rest))) {
                return NamedKey.of(optionKey(place, rest), key.substring(from, dot));
            }
        }
        return null;
    }

    private String nearest(String key, String prefix) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String known : keys.keySet()) {
            int distance = known.startsWith(prefix) ? EditDistance.between(key, known) : Integer.MAX_VALUE;
            if (distance < least) {
                least = distance;
                best = known;
            }
        }
        return best;
    }
}
