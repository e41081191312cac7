package io.tributary.latest;

import io.tributary.change.Audience;
import io.tributary.fill.Consumer;
import io.tributary.settings.NamePatterns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who has to be shown all rows of tables: those who are known at the start, and the targets of tables that are found later. */
public final class Consumers implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ArrayList<Consumer> known;
    private final TreeSet<String> tables;
    private final NamePatterns passThrough;
    private final TreeSet<String> targets;
    private final TreeSet<String> awaited;

    private Consumers(
            Collection<Consumer> known,
            Collection<String> tables,
            NamePatterns passThrough,
            Collection<String> targets,
            Collection<String> awaited) {
        this.targets = new TreeSet<>(targets);
        this.known = new ArrayList<>(known);
        this.tables = new TreeSet<>(tables);
        this.passThrough = passThrough;
        this.awaited = new TreeSet<>(awaited);
    }

    public static Consumers none() {
        return of(List.of());
    }

    /** None comes later. */
    public static Consumers of(Collection<Consumer> known) {
        return new Consumers(known, Set.of(), NamePatterns.of(Set.of()), Set.of(), Set.of());
    }

    /**
     * @param tables those that are captured from the start
     * @param passThrough the tables that pass through, found ones included
     * @param targets where these go, as {@link Audience} names them
     */
    public static Consumers of(
            Collection<Consumer> known,
            Collection<String> tables,
            NamePatterns passThrough,
            Collection<String> targets) {
        return new Consumers(known, tables, passThrough, targets, Set.of());
    }

    /**
     * Where the job starts from nothing, who reads one of these tables is told that all was shown when the source has said that the
     * table was read.
     */
    public Consumers awaiting(Collection<String> reading) {
        return new Consumers(known, tables, passThrough, targets, reading);
    }

    Set<String> awaited() {
        return awaited;
    }

    /** A target of a table. */
    public static Consumer target(String target, String table) {
        return Consumer.of(target, table, List.of(table));
    }

    List<Consumer> known() {
        return known;
    }

    /** The targets of tables that were found since the start: they have had all rows as they came. */
    List<Consumer> found(Collection<String> seen) {
        List<Consumer> found = new ArrayList<>();
        for (String table : seen) {
            if (!tables.contains(table) && passThrough.contains(table)) {
                targets.forEach(target -> found.add(target(target, table)));
            }
        }
        return found;
    }
}
