package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Server;
import io.tributary.change.Audience;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the tables where the slot is read: what the catalog said of them, and which are to be read again. Immutable.
 *
 * <p>The log may be behind the catalog, so of each table the last few states are known, the newest first.
 */
public final class Tables implements Serializable {

    private static final long serialVersionUID = 1L;

    /** So many states of a table are kept. */
    private static final int MOST_STATES = 8;

    static final Tables UNKNOWN = new Tables(0, Map.of(), Map.of(), HashedTables.NONE, OwedRows.UNKNOWN);

    private final long resyncs;
    private final LinkedHashMap<String, Resync> wanted;
    private final LinkedHashMap<String, List<TableState>> states;
    private final HashedTables hashed;
    private final OwedRows owed;

    private Tables(
            long resyncs,
            Map<String, Resync> wanted,
            Map<String, List<TableState>> states,
            HashedTables hashed,
            OwedRows owed) {
        this.resyncs = resyncs;
        this.wanted = new LinkedHashMap<>(wanted);
        this.states = new LinkedHashMap<>(states);
        this.hashed = hashed;
        this.owed = owed;
    }

    /** As the catalog has them when a job begins, whose first revision of everything this is. */
    public static Tables at(Server server, PostgresSettings settings) throws SQLException {
        long since = server.number("SELECT pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) - 1");
        Tables known = UNKNOWN.with(HashedTables.NONE.readBy(settings.tables())).with(OwedRows.none(settings.tables()));
        Map<String, TableState> found = CatalogLook.at(server, settings, Era.FIRST);
        for (PostgresTable table : settings.tables()) {
            TableState state = found.get(table.toString());
            if (state == null) {
                continue;
            }
            if (!state.isWhole()) {
                // Whoever follows the tables says only what has changed since.
                throw new SQLException("Publication " + settings.publication() + " no longer has the whole of table "
                        + table + ", as it did a moment ago; start again");
            }
            known = known.with(table.toString(), state.since(since).as(table));
        }
        return known;
    }

    /** Whether nothing is known of any table: so it is in states of before anything was. */
    boolean isUnknown() {
        return states.isEmpty();
    }

    /** Of all tables of which anything is known. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(states.keySet());
        names.addAll(wanted.keySet());
        return names;
    }

    /** Without tables that the settings do not name any more: if they are named again, their changes meanwhile were not read. */
    Tables only(Collection<String> names) {
        if (names.containsAll(states.keySet()) && names.containsAll(wanted.keySet())) {
            return this;
        }
        Map<String, Resync> wantedStill = new LinkedHashMap<>(wanted);
        wantedStill.keySet().retainAll(names);
        Map<String, List<TableState>> knownStill = new LinkedHashMap<>(states);
        knownStill.keySet().retainAll(names);
        return new Tables(resyncs, wantedStill, knownStill, hashed.only(names), owed.only(names));
    }

    /** The table is to be read again, in this history; what was wanted of it before is included in that. */
    Tables wanting(String table, long position, Audience again, String reason, Era era) {
        Resync before = wanted.get(table);
        TableState state = state(table);
        Resync resync = new Resync(
                resyncs + 1,
                table,
                before == null ? position : before.wanted(),
                state == null ? ReadAs.NOW.in(era) : state.readAs(era),
                (before == null ? again : again.and(before.again())).and(owed.of(table)),
                hashed.isOwed(table),
                reason);
        Map<String, Resync> all = new LinkedHashMap<>(wanted);
        all.put(table, resync);
        return new Tables(resyncs + 1, all, states, hashed, owed);
    }

    /** Of which of them the job keeps hashes, or did. */
    HashedTables hashed() {
        return hashed;
    }

    Tables with(HashedTables newHashed) {
        return new Tables(resyncs, wanted, states, newHashed, owed);
    }

    /** Which targets are to be shown all rows of which of them. */
    OwedRows owed() {
        return owed;
    }

    Tables with(OwedRows newOwed) {
        return new Tables(resyncs, wanted, states, hashed, newOwed);
    }

    /** Targets may be others than when a job had this state, or may have lost rows: what they lack is to be read again. */
    Tables owing(Collection<PostgresTable> read, long position, Era era) {
        Map<String, Audience> more = owed.more(read, hashed);
        Tables all = with(owed.readBy(read, more));
        for (Map.Entry<String, Audience> table : more.entrySet()) {
            TableState state = state(table.getKey());
            // Else it is read again when it is followed.
            if (state != null && state.isFollowed()) {
                all = all.wanting(table.getKey(), position, table.getValue(), "targets lack rows of it", era);
            }
        }
        return all;
    }

    /** All tables that are known are to be read again. */
    public Tables wantingAll(long position, String reason, Era era) {
        Tables all = this;
        for (String table : states.keySet()) {
            all = all.wanting(table, position, Audience.NOBODY, reason, era);
        }
        return all;
    }

    Tables ended(Resync resync) {
        Map<String, Resync> left = new LinkedHashMap<>(wanted);
        left.values().removeIf(each -> each.id() == resync.id());
        return new Tables(resyncs, left, states, hashed, owed);
    }

    Tables with(String table, TableState state) {
        Map<String, List<TableState>> all = new LinkedHashMap<>(states);
        ArrayList<TableState> known = new ArrayList<>(List.of(state));
        known.addAll(states(table));
        all.put(table, new ArrayList<>(known.subList(0, Math.min(MOST_STATES, known.size()))));
        return new Tables(resyncs, wanted, all, hashed, owed);
    }

    boolean isAnyWanted() {
        return !wanted.isEmpty();
    }

    List<Resync> wanted() {
        return new ArrayList<>(wanted.values());
    }

    @Nullable
    Resync resync(String table) {
        return wanted.get(table);
    }

    /** The newest; null if none is known. */
    @Nullable
    TableState state(String table) {
        List<TableState> known = states(table);
        return known.isEmpty() ? null : known.get(0);
    }

    /** The newest first. */
    List<TableState> states(String table) {
        List<TableState> known = states.get(table);
        return known == null ? List.of() : known;
    }

    /** What becomes of the columns of the relation that has, or had, the table's name, as the settings say now. */
    KnownColumns treated(PostgresTable table, long relation) {
        for (TableState state : states(table.toString())) {
            if (state.relation() == relation && state.treated().isOf(table.rules())) {
                return state.treated();
            }
        }
        return KnownColumns.ALL;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(resyncs);
        out.writeInt(wanted.size());
        for (Resync resync : wanted.values()) {
            resync.write(out);
        }
        out.writeInt(states.size());
        for (Map.Entry<String, List<TableState>> table : states.entrySet()) {
            out.writeUTF(table.getKey());
            out.writeInt(table.getValue().size());
            for (TableState state : table.getValue()) {
                state.write(out);
            }
        }
    }

    static Tables read(DataInputStream in) throws IOException {
        long resyncs = in.readLong();
        Map<String, Resync> wanted = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            Resync resync = Resync.read(in);
            wanted.put(resync.table(), resync);
        }
        Map<String, List<TableState>> states = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            String table = in.readUTF();
            ArrayList<TableState> known = new ArrayList<>();
            for (int k = in.readInt(); k > 0; k--) {
                known.add(TableState.read(in));
            }
            states.put(table, known);
        }
        return new Tables(resyncs, wanted, states, HashedTables.NONE, OwedRows.UNKNOWN);
    }
}
