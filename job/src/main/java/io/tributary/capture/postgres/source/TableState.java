package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.value.Attribute;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the catalog said of one table at one time, as far as it decides what rows the table has. Immutable. */
final class TableState implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Between the parts of a relation's file, see {@link #files}. */
    static final String EMPTY = ":empty";

    private static final int PARTITIONED = 1;
    private static final int TREATED = 2;

    private final long relation;
    private final long since;
    private final long revision;
    private final ArrayList<ColumnState> columns;
    private final ArrayList<String> files;
    private final ArrayList<Integer> key;
    private final KnownKey known;
    private final boolean partitioned;
    private final String published;
    private final boolean whole;
    private final KnownColumns treated;

    /**
     * @param relation the number of the relation that has the table's name
     * @param revision the newest transaction that altered a column
     * @param files of each relation that has rows, by number: its number and that of its file, and whether it has no page
     * @param key the numbers of the primary key's columns, in its order; empty if there is none
     * @param known the columns by which the job knows the rows
     * @param published which entries of the catalog make the table part of the publication
     * @param whole whether it is part of that with all rows, columns and operations
     */
    TableState(
            long relation,
            long since,
            long revision,
            List<ColumnState> columns,
            List<String> files,
            List<Integer> key,
            KnownKey known,
            boolean partitioned,
            String published,
            boolean whole) {
        this(relation, since, revision, columns, files, key, known, partitioned, published, whole, KnownColumns.ALL);
    }

    private TableState(
            long relation,
            long since,
            long revision,
            List<ColumnState> columns,
            List<String> files,
            List<Integer> key,
            KnownKey known,
            boolean partitioned,
            String published,
            boolean whole,
            KnownColumns treated) {
        this.relation = relation;
        this.since = since;
        this.revision = revision;
        this.columns = new ArrayList<>(columns);
        this.files = new ArrayList<>(files);
        this.key = new ArrayList<>(key);
        this.known = known;
        this.partitioned = partitioned;
        this.published = requireNonNull(published);
        this.whole = whole;
        this.treated = treated;
    }

    /** As if its rows were where those of the other one are. */
    TableState withFilesOf(TableState other) {
        return new TableState(
                relation, since, revision, columns, other.files, key, known, partitioned, published, whole, treated);
    }

    /** Whether the rows are in the same relations, whichever files these have. */
    boolean hasRelationsOf(TableState other) {
        return relations().equals(other.relations());
    }

    private Set<String> relations() {
        return files.stream().map(file -> file.substring(0, file.indexOf('/'))).collect(Collectors.toSet());
    }

    /** A table that was not known before, as its settings say. */
    TableState as(PostgresTable table) {
        return treated(KnownColumns.of(table.rules(), columns)).keyed(table);
    }

    /** With what becomes of the columns: as before, whatever they are called now, unless the settings are others. */
    TableState treatedAs(TableState before, ColumnRules rules) {
        boolean isKnown = relation == before.relation
                && before.treated.isOf(rules)
                && before.treated.unfound().isEmpty();
        return treated(isKnown ? before.treated.with(rules, columns) : KnownColumns.of(rules, columns));
    }

    private TableState treated(KnownColumns newTreated) {
        return new TableState(
                relation, since, revision, columns, files, key, known, partitioned, published, whole, newTreated);
    }

    /** The rows are known by these columns. */
    TableState keyed(KnownKey newKnown) {
        return new TableState(
                relation, since, revision, columns, files, key, newKnown, partitioned, published, whole, treated);
    }

    /** The rows are known by the columns that the settings name, or else by the primary key. */
    TableState keyed(PostgresTable table) {
        List<String> names = table.key();
        if (names != null) {
            return keyed(names);
        }
        KnownKey primary = KnownKey.of(List.of(), true).next(columns, key);
        return keyed(primary == null ? KnownKey.NONE : primary.hashed(treated));
    }

    /** The rows are known by the columns with these names. */
    TableState keyed(List<String> names) {
        List<ColumnState> found = new ArrayList<>();
        for (String name : names) {
            columns.stream().filter(column -> column.name().equals(name)).forEach(found::add);
        }
        KnownKey named = KnownKey.of(found, true);
        return keyed(KnownKey.of(found, named.numbers().equals(key)).hashed(treated));
    }

    /** The rows are known by the same columns as before, or those with their names if another relation had them. */
    TableState keyedAs(TableState before) {
        boolean isSame = relation == before.relation || before.isGone();
        return keyed(isSame ? before.known : before.known.in(columns, before.columns));
    }

    /** The table is gone, and may come back. */
    TableState gone() {
        return new TableState(0, since, revision, columns, List.of(), key, known, partitioned, "", false, treated);
    }

    boolean isGone() {
        return relation == 0;
    }

    /** With no lower revision than that. */
    TableState since(long floor) {
        return new TableState(
                relation, floor, revision, columns, files, key, known, partitioned, published, whole, treated);
    }

    /** How its rows are to be read just now. */
    ReadAs readAs(Era era) {
        return new ReadAs(since, known, treated, era);
    }

    long relation() {
        return relation;
    }

    /** The lowest revision that its columns have: when the relation took the place of another one, or the job began. */
    long since() {
        return since;
    }

    long revision() {
        return Math.max(revision, since);
    }

    List<ColumnState> columns() {
        return columns;
    }

    List<String> files() {
        return files;
    }

    List<Integer> key() {
        return key;
    }

    /** The columns by which the job knows the rows. */
    KnownKey known() {
        return known;
    }

    /** What the columns of the primary key are called, in its order. */
    List<String> keyNames() {
        KnownKey primary = KnownKey.of(List.of(), true).next(columns, key);
        return primary == null ? List.of() : primary.names();
    }

    /** The columns that its rows can be known by now; null if there are none. */
    @Nullable
    KnownKey nextKey() {
        KnownKey next = known.next(columns, key);
        if (next == null || next.numbers().stream().anyMatch(treated::isLeftOut)) {
            return null;
        }
        return next.hashed(treated);
    }

    /** Whether all of its changes come, for rows that are told apart as the job does, and it is known which columns to leave out. */
    boolean isFollowed() {
        return whole
                && known.tells(columns, key)
                && known.isHashedAs(treated)
                && known.numbers().stream().noneMatch(treated::isLeftOut)
                && treated.unfound().isEmpty();
    }

    /** What becomes of the columns. */
    KnownColumns treated() {
        return treated;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    String published() {
        return published;
    }

    boolean isWhole() {
        return whole;
    }

    /** Whether all columns are called, and are, what they are in the other. */
    boolean hasColumnsOf(TableState other) {
        if (columns.size() != other.columns.size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            ColumnState mine = columns.get(i);
            ColumnState its = other.columns.get(i);
            if (mine.number() != its.number() || !mine.name().equals(its.name()) || !mine.hasTypeOf(its)) {
                return false;
            }
        }
        return true;
    }

    /** True if the log told of a table that has exactly these columns. */
    boolean is(long toldRelation, List<Attribute> told) {
        if (relation != toldRelation || columns.size() != told.size()) {
            return false;
        }
        for (int i = 0; i < told.size(); i++) {
            if (!columns.get(i).is(told.get(i))) {
                return false;
            }
        }
        return true;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(relation);
        out.writeLong(since);
        out.writeLong(revision);
        ColumnState.write(columns, out);
        out.writeInt(files.size());
        for (String file : files) {
            out.writeUTF(file);
        }
        out.writeInt(key.size());
        for (int number : key) {
            out.writeInt(number);
        }
        known.write(out);
        out.writeByte((partitioned ? PARTITIONED : 0) | (treated.isAll() ? 0 : TREATED));
        out.writeUTF(published);
        out.writeBoolean(whole);
        if (!treated.isAll()) {
            treated.write(out);
        }
    }

    static TableState read(DataInputStream in) throws IOException {
        long relation = in.readLong();
        long since = in.readLong();
        long revision = in.readLong();
        List<ColumnState> columns = ColumnState.read(in);
        List<String> files = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            files.add(in.readUTF());
        }
        List<Integer> key = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            key.add(in.readInt());
        }
        KnownKey known = KnownKey.read(in);
        int marks = in.readByte();
        return new TableState(
                relation,
                since,
                revision,
                columns,
                files,
                key,
                known,
                (marks & PARTITIONED) != 0,
                in.readUTF(),
                in.readBoolean(),
                (marks & TREATED) == 0 ? KnownColumns.ALL : KnownColumns.read(in));
    }
}
