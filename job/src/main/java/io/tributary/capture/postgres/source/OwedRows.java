package io.tributary.capture.postgres.source;

import io.tributary.capture.Readership;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.change.Audience;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * To which targets all rows of tables are owed, whether they change or not, until a resync has shown them: to one that is new, and to
 * one that has lost rows. Immutable.
 */
final class OwedRows implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Of a state that does not say which targets there were: these are taken to have all rows. */
    static final OwedRows UNKNOWN = new OwedRows(false, new TreeSet<>(), "", new TreeMap<>());

    private final boolean known;
    private final TreeSet<String> targets;
    private final String refill;
    private final TreeMap<String, Audience> owed;

    /**
     * @param targets those that there were, as consumers
     * @param refill the start of the job that owed rows to targets that had lost them
     */
    private OwedRows(boolean known, Collection<String> targets, String refill, Map<String, Audience> owed) {
        this.known = known;
        this.targets = new TreeSet<>(targets);
        this.refill = refill;
        this.owed = new TreeMap<>(owed);
    }

    /** Of a job that shows everybody all rows from the start. */
    static OwedRows none(Collection<PostgresTable> tables) {
        return new OwedRows(true, targets(tables), refill(tables, ""), Map.of());
    }

    /**
     * What is to be read again, by table and for whom, as the tables are read from now on. A target that is new is shown rows that the
     * state has from there.
     *
     * @param hashed of which tables the state has hashes
     */
    Map<String, Audience> more(Collection<PostgresTable> tables, HashedTables hashed) {
        Audience added = known
                ? Audience.only(targets(tables).stream()
                        .filter(target -> !targets.contains(target))
                        .collect(Collectors.toSet()))
                : Audience.NOBODY;
        TreeMap<String, Audience> more = new TreeMap<>();
        for (PostgresTable table : tables) {
            Readership readership = table.readership();
            if (readership == null) {
                continue;
            }
            boolean isInState = readership.isKeptWhole() && !hashed.isOwed(table.toString());
            Audience own = isInState ? Audience.NOBODY : added;
            String start = readership.refill();
            if (start != null && !start.equals(refill)) {
                // What was shown for an earlier start may be gone by now.
                own = own.and(Audience.only(Audience.PASS_THROUGH));
            }
            own = own.without(Audience.EVERYBODY.without(readership.consumers()));
            if (!own.isNobody()) {
                more.put(table.toString(), own);
            }
        }
        return more;
    }

    /** As the tables are read from now on, and with that. */
    OwedRows readBy(Collection<PostgresTable> tables, Map<String, Audience> more) {
        TreeMap<String, Audience> next = new TreeMap<>(owed);
        more.forEach((table, audience) -> next.merge(table, audience, Audience::and));
        for (PostgresTable table : tables) {
            Readership readership = table.readership();
            if (readership != null) {
                Audience others = Audience.EVERYBODY.without(readership.consumers());
                next.computeIfPresent(table.toString(), (name, audience) -> audience.without(others));
            }
        }
        next.values().removeIf(Audience::isNobody);
        return new OwedRows(true, targets(tables), refill(tables, refill), next);
    }

    /** Those that tables go to beside Iceberg. */
    private static Set<String> targets(Collection<PostgresTable> tables) {
        Set<String> targets = new TreeSet<>();
        for (PostgresTable table : tables) {
            Readership readership = table.readership();
            if (readership != null && readership.consumers().isFor(Audience.KINESIS)) {
                targets.add(Audience.KINESIS);
            }
        }
        return targets;
    }

    private static String refill(Collection<PostgresTable> tables, String before) {
        String refill = before;
        for (PostgresTable table : tables) {
            Readership readership = table.readership();
            String start = readership == null ? null : readership.refill();
            refill = start == null ? refill : start;
        }
        return refill;
    }

    /** To whom all rows of the table are owed. */
    Audience of(String table) {
        return owed.getOrDefault(table, Audience.NOBODY);
    }

    /** They were shown all. */
    OwedRows shown(String table, Audience to) {
        TreeMap<String, Audience> left = new TreeMap<>(owed);
        left.put(table, of(table).without(to));
        left.values().removeIf(Audience::isNobody);
        return new OwedRows(known, targets, refill, left);
    }

    OwedRows only(Collection<String> tables) {
        TreeMap<String, Audience> left = new TreeMap<>(owed);
        left.keySet().retainAll(tables);
        return new OwedRows(known, targets, refill, left);
    }

    boolean isKnown() {
        return known;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeShort(targets.size());
        for (String target : targets) {
            out.writeUTF(target);
        }
        out.writeUTF(refill);
        out.writeInt(owed.size());
        for (Map.Entry<String, Audience> table : owed.entrySet()) {
            out.writeUTF(table.getKey());
            table.getValue().write(out);
        }
    }

    static OwedRows read(DataInputStream in) throws IOException {
        TreeSet<String> targets = new TreeSet<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            targets.add(in.readUTF());
        }
        String refill = in.readUTF();
        TreeMap<String, Audience> owed = new TreeMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            owed.put(in.readUTF(), Audience.read(in));
        }
        return new OwedRows(true, targets, refill, owed);
    }
}
