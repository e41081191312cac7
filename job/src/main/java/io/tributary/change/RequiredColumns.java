package io.tributary.change;

import java.io.Serializable;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The columns of a table in which its source had no NULL at one place of its log, and let none in (NOT NULL in PostgreSQL). A
 * {@link Schema} does not say so, for a source may take it back while the job runs, and targets have to follow.
 */
public final class RequiredColumns implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Of a table of which nothing is known. */
    public static final RequiredColumns NONE = new RequiredColumns(Set.of(), 0, 0);

    private final TreeSet<String> names;
    private final long place;
    private final long mask;

    private RequiredColumns(Collection<String> names, long place, long mask) {
        this.names = new TreeSet<>(names);
        this.place = place;
        this.mask = mask;
    }

    /**
     * @param place in the source's log, from which on it is so until the source takes it back
     * @param mask the bits of {@link Position#major} that tell a place in that log
     */
    public static RequiredColumns of(Collection<String> names, long place, long mask) {
        return new RequiredColumns(names, place, mask);
    }

    /** Those of them that have one of these names. */
    public RequiredColumns within(Collection<String> some) {
        TreeSet<String> both = new TreeSet<>(names);
        both.retainAll(some);
        return new RequiredColumns(both, place, mask);
    }

    public Set<String> names() {
        return names;
    }

    /** True if a row of this version was replaced by others since, if it has a NULL in one of the columns. */
    public boolean isReplaced(Position version) {
        return Long.compareUnsigned(version.major() & mask, place) < 0;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
