package io.tributary.settings;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * The settings as they are given, read by their options. What is wrong is collected and reading goes on: a value that cannot
 * be read is as one that is not set, and nothing more is said of its key. Each key is named as it was written.
 *
 * <p>The settings of one table, {@code tables.<table>.*}, are read with the same options from what {@link #table} returns.
 */
public final class Given {

    /** Where names stand in keys, these have the place of a name. */
    private final Configuration values;

    private final Map<String, String> written;
    private final String name;
    private final Secrets secrets;
    private final Problems problems;
    private final Set<String> refused;
    private final Map<String, Map<String, Given>> named;

    /** Where the keys stand that are not written; empty if there is no such place. */
    private final String within;

    private Given(
            Configuration values,
            Map<String, String> written,
            String name,
            Secrets secrets,
            Problems problems,
            Set<String> refused,
            Map<String, Map<String, Given>> named,
            String within) {
        this.values = values;
        this.written = written;
        this.name = name;
        this.secrets = secrets;
        this.problems = problems;
        this.refused = refused;
        this.named = named;
        this.within = within;
    }

    public static Given of(Configuration configuration, Secrets secrets, Problems problems) {
        Given given = new Given(
                configuration.clone(), new HashMap<>(), "", secrets, problems, new HashSet<>(), new HashMap<>(), "");
        new TreeMap<>(configuration.toMap()).forEach((key, value) -> {
            if (SecretPlaces.isUrlWithSecret(value)) {
                given.refuse(
                        key,
                        " is a URL that carries a secret: take the secret out of it, and give a reference to"
                                + " it in the setting that is meant for it");
                given.values.removeKey(key);
            }
        });
        return given;
    }

    /** Finds every value of these options that cannot be read, of whatever table, also of a stage that has no use for it. */
    public void check(Collection<ConfigOption<?>> options) {
        for (ConfigOption<?> option : options) {
            String place = NamedKey.placeOf(option.key());
            Collection<Given> places =
                    place == null ? List.of(this) : named(place).values();
            for (Given given : places) {
                if (ConfigurationUtils.canBePrefixMap(option)) {
                    given.isMap(option.key());
                } else {
                    Object unused = given.find(option);
                }
            }
        }
    }

    /** Whether it is set, be it to something that cannot be read. */
    public boolean has(ConfigOption<?> option) {
        return values.contains(option) || refused.contains(key(option));
    }

    /** Whether any key begins so. */
    public boolean hasAny(String prefix) {
        return values.keySet().stream().anyMatch(key -> key.startsWith(prefix))
                || refused.stream().anyMatch(key -> key.startsWith(prefix));
    }

    /** Null if it is not set, or cannot be read. */
    public <T> @Nullable T find(ConfigOption<T> option) {
        try {
            return values.getOptional(option).orElse(null);
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            refuse(key(option), ": '" + values.getString(option.key(), "") + "' cannot be read: " + reason(cause));
            values.removeKey(option.key());
            return null;
        }
    }

    /** Without the name of a class, which is of no use in a file. */
    private static String reason(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .replaceFirst(
                        "(?s)Could not parse value for enum class \\S+\\. Expected one of: \\[+(.*?)]+$",
                        "write one of $1");
    }

    /** For an option that has a default. */
    public <T> T get(ConfigOption<T> option) {
        T value = find(option);
        return value == null ? option.defaultValue() : value;
    }

    /** A problem if it is missing; then what is returned is empty. */
    public String required(ConfigOption<String> option, String remedy) {
        String value = find(option);
        if (value == null || value.isBlank()) {
            problem(option, " is missing" + (remedy.isEmpty() ? "" : ": " + remedy));
            return "";
        }
        return value;
    }

    /** A problem if the value is less. */
    public <T extends Comparable<T>> void atLeast(T least, ConfigOption<T> option) {
        T value = find(option);
        if (value != null && value.compareTo(least) < 0) {
            problem(option, " is " + text(value) + ": write " + text(least) + " or more");
        }
    }

    /** A problem if the value is less than the one or more than the other. */
    public <T extends Comparable<T>> void between(T least, T most, ConfigOption<T> option) {
        T value = find(option);
        if (value != null && (value.compareTo(least) < 0 || value.compareTo(most) > 0)) {
            problem(option, " is " + text(value) + ": write " + text(least) + " to " + text(most));
        }
    }

    private static String text(Object value) {
        return value instanceof Duration && !((Duration) value).isNegative()
                ? TimeUtils.formatWithHighestUnit((Duration) value)
                : value.toString();
    }

    /** Null if it is not set, or, with a problem, if it is no reference or leads nowhere. */
    public @Nullable Secret secret(ConfigOption<String> option) {
        String reference = find(option);
        return reference == null ? null : secrets.resolve(key(option), reference, problems);
    }

    /** A problem if it is missing; then what is returned is empty. */
    public Secret requiredSecret(ConfigOption<String> option) {
        Secret secret = secret(option);
        if (secret == null && !values.contains(option)) {
            problem(option, " is missing: write env:NAME, file:/path or secretsmanager:id#key");
        }
        return secret == null ? Secret.of(key(option), "") : secret;
    }

    /** A value of an option that takes references to secrets in place of values; null, and a problem, if one leads nowhere. */
    public @Nullable Secret valueOrSecret(ConfigOption<?> option, String value) {
        boolean isReference = Stream.of("env:", "file:", "secretsmanager:").anyMatch(value::startsWith);
        return isReference ? secrets.resolve(key(option), value, problems) : Secret.of(value, value);
    }

    /** What stands below the option's key, of which nothing is a secret: names of columns and their types. */
    public Map<String, String> map(ConfigOption<Map<String, String>> option) {
        return isMap(option.key()) ? below(option.key()) : Map.of();
    }

    /** What stands below the option's key: properties of somebody else's software, and references to secrets among them. */
    public LibraryProperties properties(ConfigOption<Map<String, String>> option) {
        return properties(option.key());
    }

    /** The same, for keys that belong to no option. */
    public LibraryProperties properties(String prefix) {
        Map<String, String> plain = new TreeMap<>();
        Map<String, Secret> found = new TreeMap<>();
        Map<String, String> given = isMap(prefix) ? below(prefix) : Map.of();
        given.forEach((property, value) -> {
            if (!isReference(property, value)) {
                plain.put(property, value);
                return;
            }
            Secret secret = secrets.resolve(key(prefix + "." + property), value, problems);
            if (secret != null) {
                found.put(property, secret);
            }
        });
        return new LibraryProperties(plain, found);
    }

    /** A truth value and the name of a resource of AWS are no secrets; {@code file:} begins a location, too. */
    private static boolean isReference(String property, String value) {
        if (value.startsWith("env:") || value.startsWith("secretsmanager:")) {
            return true;
        }
        return SecretPlaces.isSecret(property)
                && !value.startsWith("arn:")
                && !value.equals("true")
                && !value.equals("false");
    }

    /** False, and a problem that does not repeat the value, if the key of a map has one of its own. */
    private boolean isMap(String prefix) {
        if (values.containsKey(prefix)) {
            refuse(
                    key(prefix),
                    " has no value of its own: write each property under it, as " + key(prefix) + ".<name>");
            values.removeKey(prefix);
        }
        return !refused.contains(key(prefix));
    }

    private Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.toMap().forEach((key, value) -> {
            if (key.startsWith(prefix + ".")) {
                found.put(key.substring(prefix.length() + 1), value);
            }
        });
        return found;
    }

    /** The names that stand in this place of the keys, such as {@code tables.<table>}. */
    public Set<String> names(String place) {
        return named(place).keySet();
    }

    /** The names of the tables that there are settings of. */
    public Set<String> tables() {
        return names(NamedKey.TABLES);
    }

    /** The settings of this table, for options whose keys begin with {@code tables.<table>}. */
    public Given table(String table) {
        return named(NamedKey.TABLES, table);
    }

    /** The settings with this name in this place of their keys. */
    public Given named(String place, String wanted) {
        return named(place).computeIfAbsent(wanted, this::empty);
    }

    private Map<String, Given> named(String place) {
        Map<String, Given> found = named.get(place);
        if (found != null) {
            return found;
        }
        Map<String, Given> sorted = new TreeMap<>();
        named.put(place, sorted);
        Map<String, String> all = new TreeMap<>(values.toMap());
        refused.forEach(key -> all.putIfAbsent(key, ""));
        all.forEach((key, value) -> {
            NamedKey parsed = NamedKey.parse(place, key);
            if (parsed != null) {
                String rest = parsed.rest().isEmpty() ? place : place + "." + parsed.rest();
                sorted.computeIfAbsent(parsed.name(), this::empty).put(rest, key, value);
            }
        });
        return sorted;
    }

    private Given empty(String wanted) {
        return new Given(new Configuration(), new HashMap<>(), wanted, secrets, problems, refused, new HashMap<>(), "");
    }

    /** The names of the sources that there are settings of. */
    public Set<String> sources() {
        return names(NamedKey.SOURCES);
    }

    /**
     * The settings of this source, {@code sources.<source>.*}, for options whose keys do not begin so: each has the value that it
     * has there, or else the one that it has without.
     *
     * @param own options that have no value but the source's own
     */
    public Given source(String source, Collection<ConfigOption<?>> own) {
        Given given = named(NamedKey.SOURCES, source);
        Configuration all = values.clone();
        own.forEach(option -> all.removeKey(option.key()));
        Map<String, String> spelled = new HashMap<>();
        String within = NamedKey.of(NamedKey.SOURCES, source) + ".";
        given.written.forEach((key, written) -> {
            String option = key.substring(Math.min(key.length(), NamedKey.SOURCES.length() + 1));
            spelled.put(option, written);
            all.removeKey(option);
            if (given.values.containsKey(key)) {
                all.setString(option, given.values.getString(key, ""));
            }
        });
        return new Given(all, spelled, "", secrets, problems, refused, named, within);
    }

    /** Whether a source has the option from what stands for all of them. */
    public boolean isInherited(ConfigOption<?> option) {
        return !within.isEmpty() && !written.containsKey(option.key());
    }

    private void put(String key, String spelled, String value) {
        String other = written.put(key, spelled);
        if (other != null) {
            refuse(spelled, " and " + other + " are the same setting: take one of them out");
        }
        if (!refused.contains(spelled)) {
            values.setString(key, value);
        }
    }

    /** The option's key as it was written, or as it would be. */
    public String key(ConfigOption<?> option) {
        return key(option.key());
    }

    private String key(String optionKey) {
        String spelled = written.get(optionKey);
        if (spelled != null) {
            return spelled;
        }
        if (!within.isEmpty() && !values.containsKey(optionKey) && !refused.contains(optionKey)) {
            return within + optionKey;
        }
        return NamedKey.placeOf(optionKey) == null || name.isEmpty() ? optionKey : NamedKey.of(optionKey, name);
    }

    /** The key of what stands below the option's, as it was written. */
    public String key(ConfigOption<Map<String, String>> option, String property) {
        return key(option.key() + "." + property);
    }

    /** A sentence that begins with the option's key, unless it was already said that the value cannot be read. */
    public void problem(ConfigOption<?> option, String sentence) {
        if (!refused.contains(key(option))) {
            problems.add(key(option) + sentence);
        }
    }

    /** The same for what stands below the option's key; once, whoever has it. */
    public void problem(ConfigOption<Map<String, String>> option, String property, String sentence) {
        refuse(key(option, property), sentence);
    }

    private void refuse(String key, String sentence) {
        if (refused.add(key)) {
            problems.add(key + sentence);
        }
    }

    public Problems problems() {
        return problems;
    }

    /** A copy of what is given for these options, maps left out. */
    public Configuration values(Collection<ConfigOption<?>> options) {
        Configuration copy = new Configuration();
        for (ConfigOption<?> option : options) {
            if (!ConfigurationUtils.canBePrefixMap(option)) {
                copy(option, copy);
            }
        }
        return copy;
    }

    private <T> void copy(ConfigOption<T> option, Configuration to) {
        T value = find(option);
        if (value != null) {
            to.set(option, value);
        }
    }

    /** A value that the option has if none is given; its key is as if the source had it. */
    public <T> void otherwise(ConfigOption<T> option, T value) {
        if (!has(option)) {
            written.put(option.key(), key(option));
            values.set(option, value);
        }
    }

    /** An option that takes the other's value if it has none itself. */
    public void fill(ConfigOption<String> option, ConfigOption<String> other) {
        String value = find(other);
        if (value != null && !has(option)) {
            values.set(option, value);
        }
    }
}
