package io.tributary.capture;

import io.tributary.settings.NamePatterns;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which tables may join a job that runs, by the names that they would have in the pipeline. What SQL makes is planned at the start,
 * so only those that pass through have anywhere to go.
 */
public final class Newcomers implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Any, by any name. */
    public static final Newcomers ALL = new Newcomers(NamePatterns.of(List.of("*")), Set.of(), Map.of(), null);

    private final NamePatterns passThrough;
    private final HashSet<String> taken = new HashSet<>();
    private final TreeMap<String, NamePatterns> elsewhere;
    private final @Nullable String obstacle;

    /**
     * @param passThrough the tables that go to the targets as they are
     * @param taken names that something else has
     * @param elsewhere by the setting that says it, what tables may be called that join from somewhere else: nobody there hears of those
     *     that join from here
     * @param obstacle why no table may join, as the end of a sentence that began with the table; null if they may
     */
    public Newcomers(
            NamePatterns passThrough,
            Collection<String> taken,
            Map<String, NamePatterns> elsewhere,
            @Nullable String obstacle) {
        this.passThrough = passThrough;
        this.elsewhere = new TreeMap<>(elsewhere);
        this.obstacle = obstacle;
        taken.forEach(name -> this.taken.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Why a table of this name may not join, as the end of a sentence that began with the table; null if it may. */
    public @Nullable String refusal(String name) {
        if (taken.contains(name.toLowerCase(Locale.ROOT))) {
            return "would go by the name " + name
                    + " in the pipeline, as something else does: give it another name there,"
                    + " or leave it out, and restart the job";
        }
        if (!passThrough.contains(name)) {
            return "would be read in vain, since sql.pass-through does not name " + name
                    + " and SQL files are planned when the job starts: restart the job to take it, or leave it out";
        }
        for (Map.Entry<String, NamePatterns> other : elsewhere.entrySet()) {
            if (other.getValue().contains(name)) {
                return "would go by the name " + name + " in the pipeline, as a table that fits a pattern of "
                        + other.getKey()
                        + " may: restart the job to take it; or give the tables of one of the patterns other"
                        + " names, =<name>_{table}";
            }
        }
        return obstacle;
    }
}
