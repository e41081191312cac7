package io.tributary.capture.postgres;

import io.tributary.capture.ColumnSettings;
import io.tributary.settings.Given;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;

/**
 * The databases of a job. What stands under {@code sources.<source>.} is of one of them; what it does not set, it has from {@code
 * postgres.*}, but for its tables and its slot. {@code postgres.*} is a database of the job itself if it has tables.
 */
public final class PostgresSources {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

    /** What two sources cannot have in common. */
    private static final List<ConfigOption<?>> OWN = List.of(PostgresSettings.TABLES, PostgresSettings.SLOT);

    private PostgresSources() {}

    /**
     * Each database that is read, the one without a name first.
     *
     * @param isAlone whether the job reads from no other system, so that what is missing is said of PostgreSQL
     */
    public static List<PostgresSettings> from(Given given, ColumnSettings columns, boolean isAlone) {
        List<PostgresSettings> found = new ArrayList<>();
        boolean isNamed = !given.sources().isEmpty();
        if (given.has(PostgresSettings.TABLES) || (!isNamed && (isAlone || given.hasAny("postgres.")))) {
            found.add(PostgresSettings.from(given, columns, SourceName.NONE));
        }
        for (String name : given.sources()) {
            if (NAME.matcher(name).matches()) {
                found.add(named(name, given, columns));
            } else {
                given.problems()
                        .add(NamedKey.ofSource(name, "postgres") + ": '" + name
                                + "' cannot be the name of a source, since"
                                + " it becomes part of its slot's: use lower-case letters, digits and underscores");
            }
        }
        checkSlots(found, given.problems());
        return found;
    }

    private static PostgresSettings named(String name, Given all, ColumnSettings columns) {
        Given given = all.source(name, OWN);
        given.check(PostgresSettings.options());
        given.otherwise(PostgresSettings.SLOT, all.get(PostgresSettings.SLOT) + "_" + name);
        return PostgresSettings.from(given, columns, SourceName.of(name, given, PostgresSettings.options()));
    }

    /** A slot's name is of the whole server. */
    private static void checkSlots(List<PostgresSettings> sources, Problems problems) {
        Map<String, SourceName> bySlot = new HashMap<>();
        for (PostgresSettings source : sources) {
            ServerSettings server = source.server();
            String slot = source.slot() + " at " + server.hostname() + ":" + server.port();
            SourceName other = bySlot.putIfAbsent(slot, source.source());
            if (other != null) {
                problems.add(source.source().key(PostgresSettings.SLOT.key()) + ": slot " + slot + " is that of "
                        + other.key(PostgresSettings.SLOT.key()) + " as well: give each source a slot of its own");
            }
        }
    }
}
