package io.tributary.change;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a table's changelog that something is meant for: some, or all but some. A consumer is {@link #PASS_THROUGH},
 * the table as it goes to the targets, or the SQL file that makes a table ({@link #query}). Immutable.
 */
public final class Audience implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The table as it goes to Iceberg, whether it passes through or SQL makes it. */
    public static final String PASS_THROUGH = "pass-through";

    /** The same to Kinesis. */
    public static final String KINESIS = "kinesis";

    public static final Audience EVERYBODY = new Audience(true, Set.of());
    public static final Audience NOBODY = new Audience(false, Set.of());

    /** The table as it goes to all targets. */
    public static final Audience TARGETS = new Audience(false, Set.of(PASS_THROUGH, KINESIS));

    private static final String QUERY = "query/";

    private final boolean allBut;
    private final TreeSet<String> names;

    private Audience(boolean allBut, Collection<String> names) {
        this.allBut = allBut;
        this.names = new TreeSet<>(names);
    }

    public static Audience only(Collection<String> consumers) {
        return of(false, consumers);
    }

    public static Audience only(String... consumers) {
        return only(Set.of(consumers));
    }

    private static Audience of(boolean allBut, Collection<String> names) {
        if (names.isEmpty()) {
            return allBut ? EVERYBODY : NOBODY;
        }
        return new Audience(allBut, names);
    }

    /** What the SQL file that makes this table is called among the consumers. */
    public static String query(String table) {
        return QUERY + table;
    }

    /** What a target of that table is called among those who read what the file reads, where the file keeps no rows to show it. */
    public static String query(String table, String target) {
        return QUERY + table + "/" + target;
    }

    /** Those that are named: of whom it is, or if that is all but some, these. */
    public Set<String> consumers() {
        return Collections.unmodifiableSet(names);
    }

    public boolean isFor(String consumer) {
        return names.contains(consumer) != allBut;
    }

    /** Whether the file that makes the table with this {@link Schema#tableId() id} is to take it. */
    boolean isForFile(long table) {
        boolean isNamed = names.stream()
                .anyMatch(name -> name.startsWith(QUERY) && Schema.tableId(name.substring(QUERY.length())) == table);
        return isNamed != allBut;
    }

    /** Whether any target is to take it. */
    public boolean isForTargets() {
        return isFor(PASS_THROUGH) || isFor(KINESIS);
    }

    public boolean isForAnyOf(Collection<String> consumers) {
        return isEverybody() ? !consumers.isEmpty() : consumers.stream().anyMatch(this::isFor);
    }

    public boolean isEverybody() {
        return allBut && names.isEmpty();
    }

    public boolean isNobody() {
        return !allBut && names.isEmpty();
    }

    /** Those of this one and those of the other. */
    public Audience and(Audience other) {
        if (isNobody() || other.isEverybody()) {
            return other;
        }
        return other.isNobody() || isEverybody()
                ? this
                : others().without(other).others();
    }

    /** Those of this one that are not of the other. */
    public Audience without(Audience other) {
        if (other.isNobody() || isNobody()) {
            return this;
        }
        TreeSet<String> left = new TreeSet<>(allBut && other.allBut ? other.names : names);
        if (allBut && !other.allBut) {
            left.addAll(other.names);
        } else if (allBut) {
            left.removeAll(names);
        } else if (other.allBut) {
            left.retainAll(other.names);
        } else {
            left.removeAll(other.names);
        }
        return of(allBut && !other.allBut, left);
    }

    private Audience others() {
        return of(!allBut, names);
    }

    /** Whether it is all but those that are named, how many these are, and their names. */
    public void write(DataOutput out) throws IOException {
        out.writeBoolean(allBut);
        out.writeShort(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    public static Audience read(DataInput in) throws IOException {
        boolean allBut = in.readBoolean();
        TreeSet<String> names = new TreeSet<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            names.add(in.readUTF());
        }
        return of(allBut, names);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Audience
                && ((Audience) other).allBut == allBut
                && ((Audience) other).names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode() * 2 + (allBut ? 1 : 0);
    }

    @Override
    public String toString() {
        String named = String.join(", ", names);
        if (!allBut) {
            return isNobody() ? "nobody" : named;
        }
        return isEverybody() ? "everybody" : "everybody but " + named;
    }
}
