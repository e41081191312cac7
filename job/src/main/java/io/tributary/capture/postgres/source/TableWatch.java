package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.row.Decoder;
import io.tributary.capture.postgres.row.RowLookup;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.row.TableReader;
import io.tributary.capture.postgres.row.TypeCatalog;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.JobEnd;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.Wal;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Audience;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what the catalog says of the tables beside the log, and decides which of them are to be read again. Used by the thread
 * that reads the slot.
 */
final class TableWatch implements Decoder.Catalog {

    private static final Logger LOG = LoggerFactory.getLogger(TableWatch.class);

    private final AtomicLong snapshotEnd;
    private final Consumer<Captured> out;
    private final StaleTables stale;
    private final FoundTables found;
    private PostgresSettings settings;
    private @Nullable WithdrawnTables withdrawn;
    private Tables tables = Tables.UNKNOWN;
    private Era era = Era.FIRST;
    private long position;
    private @Nullable Server server;
    private final Publishing publishing = new Publishing();
    private final SentPartitions partitions = new SentPartitions();
    private boolean isRekeyed;
    /** Whether the tables are looked at for the first time, though they were captured before. */
    private boolean learns;

    /**
     * @param snapshotEnd where the WAL ended when the snapshot had been read, set when that is known
     * @param out takes what is to be said of whole tables
     */
    TableWatch(PostgresSettings settings, AtomicLong snapshotEnd, Consumer<Captured> out) {
        this.settings = settings;
        this.out = out;
        this.snapshotEnd = snapshotEnd;
        this.stale = new StaleTables(settings, out);
        this.found = new FoundTables(stale::notTaken);
    }

    /** Tables are known as they were when the slot had been read up to the split's position. */
    void begin(SlotSplit split) {
        era = split.era();
        reached(split.position());
        Tables known = split.tables();
        settings = FoundTables.known(settings, known);
        withdrawn = new WithdrawnTables(settings, known.names());
        tables = known.only(
                settings.tables().stream().map(PostgresTable::toString).collect(Collectors.toList()));
        learns = known.isUnknown();
        readWhatFilesBeginToRead();
    }

    /** SQL files may read other tables than they did when the job had this state. */
    private void readWhatFilesBeginToRead() {
        HashedTables before = tables.hashed();
        tables = tables.with(before.readBy(settings.tables()));
        for (PostgresTable table : settings.tables()) {
            String name = table.toString();
            TableState state = tables.state(name);
            boolean isNew = tables.hashed().isOwed(name) && !before.isOwed(name);
            // Else it is read again when it is followed.
            if (isNew && state != null && state.isFollowed()) {
                want(name, "SQL files begin to read it, and the job has hashes of its rows");
            }
        }
    }

    /** What is known by now; another object whenever anything of it changed. */
    Tables tables() {
        return tables;
    }

    /**
     * The slot goes on in another history: all tables are read again.
     *
     * @param asked the database, until {@link #ask} says another connection
     * @param reason the end of a sentence
     */
    void begin(Era newEra, long newPosition, Server asked, String reason) throws SQLException {
        era = newEra;
        reached(newPosition);
        ask(asked);
        try {
            look();
        } catch (OutdatedException e) {
            // Nothing was made of the columns yet.
            LOG.debug("Keys have changed, too", e);
        }
        for (PostgresTable table : settings.tables()) {
            TableState state = tables.state(table.toString());
            if (state != null && state.isFollowed()) {
                want(table.toString(), reason);
            }
        }
    }

    /** With all tables that are captured by now. */
    PostgresSettings settings() {
        return settings;
    }

    /** The database is to be asked over this connection from now on. */
    void ask(Server newServer) {
        server = newServer;
    }

    /** The slot was read up to here. */
    void reached(long newPosition) {
        position = newPosition;
        stale.reached(newPosition);
    }

    /**
     * Asks the catalog, and wants what is to be read again.
     *
     * @throws OutdatedException if rows of a table are known by another key from now on, so that whatever was made of the table's
     *     columns is to be made anew; or if the server has to look at the partitions anew
     */
    void look() throws SQLException {
        Server asked = server;
        if (asked == null) {
            return;
        }
        if (withdrawn != null) {
            withdrawn.withdraw(asked);
            withdrawn = null;
        }
        Map<String, TableState> now = CatalogLook.at(asked, settings, era);
        // More tables may have become others meanwhile.
        while (publishing.publish(settings, tables, now, asked)) {
            now = CatalogLook.at(asked, settings, era);
        }
        for (PostgresTable table : settings.tables()) {
            compare(table, now.get(table.toString()));
        }
        learns = false;
        if (isRekeyed) {
            isRekeyed = false;
            throw new OutdatedException("rows of a table are known by another key");
        }
        if (partitions.isToBeSentAnew()) {
            throw new OutdatedException("the server does not know of partitions that have come or gone");
        }
    }

    /**
     * Takes the tables that fit the patterns of the settings by now. Only between transactions, for a long one would never come to
     * its end where tables are made all the time.
     *
     * @throws JoinedException if there are any
     */
    void find() throws SQLException {
        Server asked = server;
        PostgresSettings all = asked == null ? settings : found.look(settings, asked, era);
        if (all != settings) {
            settings = all;
            look();
            throw new JoinedException();
        }
    }

    private void compare(PostgresTable table, @Nullable TableState found) throws SQLException {
        String name = table.toString();
        TableState before = tables.state(name);
        if (found == null) {
            if (before != null && !before.isGone()) {
                gone(table, before);
            }
            return;
        }
        if (before == null) {
            TableState first = found.as(table);
            tables = tables.with(name, first);
            if (learns && !table.rules().isAny()) {
                return;
            }
            if (first.isFollowed()) {
                want(name, "it is captured from now on");
            } else if (!first.isWhole()) {
                staleByPublication(table, first);
            } else {
                stale.lacking(table, first.treated().unfound());
            }
            return;
        }
        // Another relation's columns may have been altered longer ago; and a transaction that ran for long has a low
        // number.
        boolean isAltered = before.relation() != found.relation()
                || !before.hasColumnsOf(found)
                || !before.treated().isOf(table.rules());
        boolean isRaised = found.since(before.since()).revision() > before.revision();
        TableState now = found.since(isAltered && !isRaised ? before.revision() + 1 : before.since())
                .treatedAs(before, table.rules())
                .keyedAs(before);
        if (partitions.areAhead(name, before, now, position, this::place, requireNonNull(server))) {
            now = now.withFilesOf(before);
        }
        boolean isSaid = !before.isFollowed() && before.relation() == now.relation();
        if (isAltered) {
            stale.warnOfNames(table, now.columns());
        }
        String reason = TableChanges.unlogged(before, now);
        if (now.isWhole() && !now.treated().unfound().isEmpty()) {
            if (!isSaid) {
                stale.lacking(table, now.treated().unfound());
            }
        } else if (now.isWhole() && !now.isFollowed()) {
            KnownKey next = now.nextKey();
            if (next == null || !table.mayBeKeyedBy(next.names())) {
                if (!isSaid) {
                    staleByKey(table, now, next);
                }
            } else {
                now = rekeyed(table, before, now, next);
                reason = "its rows are known by another key now, " + next;
            }
        }
        if (!TableChanges.isSame(before, now)) {
            tables = tables.with(name, now);
        }
        if (!now.isWhole() && !isSaid) {
            staleByPublication(table, now);
        }
        if (reason != null) {
            want(name, reason);
        }
    }

    private void staleByPublication(PostgresTable table, TableState now) throws SQLException {
        stale.unpublished(table, Publishing.obstacles(table, now, requireNonNull(server)));
    }

    private void gone(PostgresTable table, TableState before) throws SQLException {
        boolean isDeleted = settings.onDroppedTable() == PostgresSettings.DroppedTable.DELETE;
        if (isDeleted) {
            truncate(table, before, place());
        }
        tables = tables.with(table.toString(), before.gone());
        Resync resync = tables.resync(table.toString());
        tables = resync == null ? tables : tables.ended(resync);
        stale.gone(table, isDeleted);
    }

    private void staleByKey(PostgresTable table, TableState now, @Nullable KnownKey next) {
        if (next == null) {
            stale.keyless(table, now.known());
        } else {
            stale.keyedOtherwise(table, now.known(), next);
        }
    }

    /** All rows that are known by the key before are deleted, and the table is read again; what the log has until now is not taken. */
    private TableState rekeyed(PostgresTable table, TableState before, TableState now, KnownKey next)
            throws SQLException {
        long place = place();
        long since = now.revision() > before.revision() ? now.since() : before.revision() + 1;
        TableState rekeyed = now.since(since).keyed(next.from(place));
        truncate(table, rekeyed, place);
        isRekeyed = true;
        return rekeyed;
    }

    /** Whatever is known of the table is gone, and was before this place in the log. */
    private void truncate(PostgresTable table, TableState state, long place) throws SQLException {
        Server asked = requireNonNull(server);
        List<Attribute> attributes = state.columns().stream()
                .map(column -> new Attribute(column.name(), column.type(), column.modifier()).numbered(column.number()))
                .map(column -> state.treated().treat(table.rules(), column))
                .collect(Collectors.toList());
        TableColumns columns = TableColumns.numbered(attributes, state.relation(), state.revision())
                .keyedBy(state.known().numbers(), 0);
        try {
            TableReader reader =
                    TableReader.of(columns.keyed(table), columns, new TypeCatalog(asked), new RowLookup(asked));
            out.accept(Change.truncate(reader.schema(), Position.of(place, 0), System.currentTimeMillis()));
        } catch (Unreadable e) {
            throw JobEnd.because(String.valueOf(e.getMessage()), e);
        }
    }

    private long place() throws SQLException {
        return era.at(Wal.place(requireNonNull(server)));
    }

    /** How many tables do not follow their source just now. */
    int stale() {
        int count = 0;
        for (PostgresTable table : settings.tables()) {
            TableState state = tables.state(table.toString());
            count += state != null && !state.isFollowed() ? 1 : 0;
        }
        return count;
    }

    void want(String table, String reason) {
        want(table, Audience.NOBODY, reason);
    }

    /**
     * @param again to whom rows that did not change are to be shown, too
     */
    void want(String table, Audience again, String reason) {
        tables = tables.wanting(table, position, again, reason, era);
        LOG.info("{}: table {} is read again beside the stream, since {}", settings, table, reason);
    }

    /** All rows of the table were handed on. */
    void read(Resync resync) {
        tables = resync.isWhole() ? tables.with(tables.hashed().handed(resync.table())) : tables;
        tables = tables.with(tables.owed().shown(resync.table(), resync.again()));
    }

    /** A resync is over, or cannot be done. */
    void ended(Resync resync) {
        tables = tables.ended(resync);
    }

    @Override
    public @Nullable TableColumns numbered(PostgresTable table, long relation, List<Attribute> attributes)
            throws SQLException {
        look();
        if (!isFollowed(table)) {
            return null;
        }
        if (!tables.treated(table, relation).isOf(table.rules())) {
            want(table.toString(), "it is not known which columns of the log to leave out");
            return null;
        }
        TableColumns numbered = ToldColumns.numbered(table, relation, attributes, tables);
        if (numbered == null) {
            // The table was altered again since, so the resync has all that comes here.
            want(table.toString(), "it is not known which columns the log tells of");
        }
        return numbered;
    }

    private boolean isFollowed(PostgresTable table) {
        TableState state = tables.state(table.toString());
        return state == null || state.isFollowed();
    }

    /**
     * While a table is being read, the reading may lack the row that a transaction changed: an UPDATE moves a row to another page,
     * which may be one that was read before, from one that is read later. And what was known of a row that is to be read again may
     * be wrong.
     */
    @Override
    public boolean isAsked(PostgresTable table, long commit) {
        long end = snapshotEnd.get();
        return end == SlotSplit.RUNNING
                || Long.compareUnsigned(commit, end) <= 0
                || (tables.isAnyWanted() && tables.resync(table.toString()) != null);
    }
}
