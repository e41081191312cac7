package io.tributary.capture.postgres;

import io.tributary.settings.Given;
import io.tributary.settings.NamedKey;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/**
 * Which of the databases of a job it is: one by a name, {@code sources.<source>.postgres.*}, or the one of {@code postgres.*} alone,
 * which has none. It knows where each of its settings stands, or would stand.
 */
public final class SourceName implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String SYSTEM = "postgres";

    /** The database that has no name. */
    static final SourceName NONE = new SourceName("", Map.of());

    private final String name;
    private final HashMap<String, String> keys;

    private SourceName(String name, Map<String, String> keys) {
        this.name = name;
        this.keys = new HashMap<>(keys);
    }

    static SourceName of(String name, Given given, Collection<ConfigOption<?>> options) {
        Map<String, String> keys = new HashMap<>();
        options.forEach(option -> keys.put(option.key(), given.key(option)));
        return new SourceName(name, keys);
    }

    public boolean isNamed() {
        return !name.isEmpty();
    }

    /** As it stands in keys; empty if it has none. */
    public String name() {
        return name;
    }

    /** The system, among all that the job reads from: part of its operators' uids. */
    public String system() {
        return isNamed() ? SYSTEM + "-" + name : SYSTEM;
    }

    /** Where the setting stands that this option names, as {@code postgres.slot}. */
    public String key(String option) {
        String key = keys.get(option);
        if (key != null) {
            return key;
        }
        return isNamed() ? NamedKey.ofSource(name, option) : option;
    }

    @Override
    public String toString() {
        return system();
    }
}
