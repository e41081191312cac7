package io.tributary.capture.postgres.row;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.KeyedHash;
import io.tributary.capture.Treatment;
import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.RowWriter;
import io.tributary.capture.postgres.value.Slice;
import io.tributary.capture.postgres.value.ValueForm;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * Turns the tuples of one table, in one shape, into changes. It is made once for each shape.
 *
 * <p>Assumes that a delete, and the old side of an update, are sure to hold the key's columns only.
 */
public final class TableReader {

    private static final String SYSTEM = "postgres";
    private static final int[] NOTHING = {};

    /** In bytes: values that a dead letter has of a row that is too large. */
    private static final int LONGEST_OF_TOO_LARGE = 1024;

    private final PostgresTable table;
    private final Schema schema;
    private final ColumnType[] types;
    private final boolean[] binary;
    private final int[] key;
    private final RowLookup lookup;
    private final long begun;
    private final boolean anyBytes;
    private final Tuple now;
    private final Tuple old;
    private final Slice slice = new Slice();
    private final RowWriter writer = new RowWriter();

    private TableReader(
            PostgresTable table,
            Schema schema,
            ColumnType[] types,
            int[] places,
            RowLookup lookup,
            long begun,
            boolean anyBytes) {
        this.table = table;
        this.schema = schema;
        this.types = types;
        this.binary = new boolean[types.length];
        for (int i = 0; i < types.length; i++) {
            binary[i] = types[i].binary() != null;
        }
        this.key = schema.key();
        this.lookup = lookup;
        this.begun = begun;
        this.anyBytes = anyBytes;
        this.now = new Tuple(types.length, places);
        this.old = new Tuple(types.length, places);
    }

    /** Fails with {@link Unreadable} if the shape lacks a column of the key, or if it cannot be told which are to be left out. */
    public static TableReader of(PostgresTable table, TableColumns shape, TypeCatalog types, RowLookup lookup)
            throws SQLException, Unreadable {
        List<Attribute> attributes = shape.attributes();
        if (shape.relation() == 0 && table.rules().isAny()) {
            checkNames(table, attributes);
        }
        List<String> key = requireNonNull(table.key());
        Set<String> absent = new HashSet<>(key);
        List<Column> columns = new ArrayList<>();
        List<ColumnType> columnTypes = new ArrayList<>();
        int[] places = new int[attributes.size()];
        KeyedHash hash = null;
        for (int i = 0; i < places.length; i++) {
            Attribute attribute = attributes.get(i);
            boolean isLeftOut = attribute.treatment() == Treatment.LEFT_OUT;
            places[i] = isLeftOut ? -1 : columns.size();
            if (isLeftOut) {
                continue;
            }
            absent.remove(attribute.name());
            ColumnType type = types.columnType(attribute.type(), attribute.modifier());
            boolean isOmissible = !table.sendsOldRows() && types.isOmissible(attribute.type(), attribute.modifier());
            Column column = column(attribute, type, key.contains(attribute.name()), isOmissible);
            if (attribute.treatment() == Treatment.HASHED) {
                hash = hash == null ? table.rules().hash() : hash;
                type = type.hashed(hash);
                column = column.hashed();
            }
            columnTypes.add(type);
            columns.add(column);
        }
        if (!absent.isEmpty()) {
            throw new Unreadable("Table " + table + " no longer has the key column " + String.join(", ", absent)
                    + ", or it is to be left out: stop the job, set " + NamedKey.ofTable(table.alias(), "key")
                    + " and start it anew");
        }
        Schema named = Schema.of(table.alias(), columns, key);
        Schema schema = shape.relation() == 0 ? named : named.ofRelation(shape.relation(), shape.revision());
        ColumnType[] all = columnTypes.toArray(new ColumnType[0]);
        return new TableReader(table, schema, all, places, lookup, shape.begun(), types.hasAnyBytes());
    }

    private static Column column(Attribute attribute, ColumnType type, boolean isKey, boolean isOmissible) {
        if (isKey) {
            return Column.of(attribute.name(), type.type().copy(false)).numbered(attribute.number());
        }
        Column column = isOmissible
                ? Column.omissible(attribute.name(), type.type())
                : Column.of(attribute.name(), type.type());
        return (type.isDocument() ? column.asJson() : column).numbered(attribute.number());
    }

    /** Where columns are known by their names alone, one that gets another name could come through as what it is. */
    private static void checkNames(PostgresTable table, List<Attribute> attributes) throws Unreadable {
        List<String> names = attributes.stream().map(Attribute::name).collect(Collectors.toList());
        if (!table.hadColumns(names) || !table.rules().unfound(names).isEmpty()) {
            throw new Unreadable("Table " + table + " has other columns than when the job started, " + names
                    + ", and some of its columns are to be left out or hashed: none of its changes is taken, since a"
                    + " column may have got the name of another one. Stop the job, set "
                    + NamedKey.ofTable(table.alias(), "columns") + " for these columns, and start it anew");
        }
    }

    public PostgresTable table() {
        return table;
    }

    public Schema schema() {
        return schema;
    }

    /** Whether rows were known by another key when this transaction was committed: they are not to be taken. */
    boolean isBefore(long commit) {
        return Long.compareUnsigned(commit, begun) < 0;
    }

    /** Whether the binary form of all columns can be read. */
    boolean isBinary() {
        for (boolean each : binary) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /** Reads a row of COPY into {@link #now()}; false if it has another number of columns. */
    public boolean readCopied(ByteBuffer message) {
        return now.readCopied(message, binary);
    }

    /** The tuple to read a row, or the new side of an update, into. */
    public Tuple now() {
        return now;
    }

    /** The tuple to read a delete, or the old side of an update, into. */
    Tuple old() {
        return old;
    }

    /** The row in {@link #now()}, which a snapshot found. */
    public void copied(Position position, long timestamp, Consumer<Captured> out) {
        try {
            checkSize(now);
            out.accept(Change.upsert(Operation.READ, schema, position, timestamp, key(now), row(NOTHING)));
        } catch (Unreadable e) {
            unreadable(e, NOTHING, position, timestamp, out);
        }
    }

    /**
     * The row in {@link #now()}, which an INSERT made; or an UPDATE by which it came to fit the row filter that the publication had
     * then. That one leaves columns out, as any UPDATE does.
     */
    void insert(Position position, long timestamp, Consumer<Captured> out) {
        insert(missing(false, false).length > 0, position, timestamp, out);
    }

    /**
     * The row in {@link #now()} after an UPDATE. {@link #old()} holds nothing, the key as it was, or the row as it was.
     *
     * <p>Where the key changed, the new row has the next position.
     *
     * @param complete whether columns that were left out are to be asked for
     */
    void update(
            boolean hasOld,
            boolean oldIsWhole,
            boolean complete,
            Position position,
            long timestamp,
            Consumer<Captured> out) {
        int[] missing = missing(hasOld, oldIsWhole);
        try {
            boolean isAhead = complete && missing.length > 0 && found();
            if (isAhead) {
                missing = NOTHING;
            }
            BinaryRowData newKey = key(now);
            if (!hasOld || key(old).equals(newKey)) {
                checkSize(now);
                Change change =
                        Change.partial(Operation.UPDATE, schema, position, timestamp, newKey, row(missing), missing);
                out.accept(isAhead ? change.ahead() : change);
                return;
            }
        } catch (Unreadable e) {
            unreadable(e, missing, position, timestamp, out);
            return;
        }
        delete(position, timestamp, out);
        boolean isIncomplete = missing(true, false).length > 0;
        insert(isIncomplete, Position.of(position.major(), position.minor() + 1), timestamp, out);
    }

    /** Whether the database has what was left out. If it cannot say, the snapshot or the state may. */
    private boolean found() {
        try {
            return lookup.complete(table, schema, types, now);
        } catch (Unreadable e) {
            return false;
        }
    }

    /** The row whose key is in {@link #old()} is gone. */
    void delete(Position position, long timestamp, Consumer<Captured> out) {
        try {
            out.accept(Change.delete(schema, position, timestamp, key(old)));
        } catch (Unreadable e) {
            out.accept(rejected(e, old, position));
        }
    }

    /** A dead letter for the row in {@link #now()} and, where its key can be read, that what was known of it is out of date. */
    private void unreadable(
            Unreadable reason, int[] missing, Position position, long timestamp, Consumer<Captured> out) {
        out.accept(rejected(reason, now, position));
        try {
            out.accept(Change.unreadable(schema, position, timestamp, key(now), missing));
        } catch (Unreadable e) {
            // Without a key there is no row to speak of.
        }
    }

    /** A dead letter for the row in {@code tuple}. */
    Rejected rejected(Exception reason, Tuple tuple, Position position) {
        return Rejected.of(
                SYSTEM,
                table.alias(),
                System.currentTimeMillis(),
                String.valueOf(reason.getMessage()),
                TupleJson.of(schema, types, tuple, isTooLarge(tuple) ? LONGEST_OF_TOO_LARGE : Integer.MAX_VALUE),
                position);
    }

    /**
     * A row under a new key. What its UPDATE left out is known under the old key only, or to nobody where a row filter held the row
     * back, so it is asked for. If the row is gone by now, a later change says so, or the table is read again behind the filter.
     */
    private void insert(boolean isIncomplete, Position position, long timestamp, Consumer<Captured> out) {
        try {
            if (isIncomplete && !lookup.complete(table, schema, types, now)) {
                return;
            }
            checkSize(now);
            Change change = Change.upsert(Operation.INSERT, schema, position, timestamp, key(now), row(NOTHING));
            out.accept(isIncomplete ? change.ahead() : change);
        } catch (Unreadable e) {
            unreadable(e, NOTHING, position, timestamp, out);
        }
    }

    private int[] missing(boolean hasOld, boolean oldIsWhole) {
        int[] missing = NOTHING;
        for (int i = 0; i < types.length; i++) {
            if (!now.isUnchanged(i)) {
                continue;
            }
            if (hasOld && (oldIsWhole || schema.isKey(i)) && !old.isUnchanged(i)) {
                now.take(old, i);
                continue;
            }
            missing = Arrays.copyOf(missing, missing.length + 1);
            missing[missing.length - 1] = i;
        }
        return missing;
    }

    private BinaryRowData row(int[] missing) throws Unreadable {
        writer.start(types.length);
        int nextMissing = 0;
        for (int i = 0; i < types.length; i++) {
            if (nextMissing < missing.length && missing[nextMissing] == i) {
                nextMissing++;
                writer.setNull(i);
            } else if (now.isNull(i)) {
                writer.setNull(i);
            } else {
                read(now, i, i);
            }
        }
        BinaryRowData row = writer.row();
        for (int i = 0; anyBytes && i < types.length; i++) {
            checkText(row, i, i);
        }
        return row;
    }

    /** Of a database that does not know which encoding its texts have. */
    private void checkText(BinaryRowData row, int place, int column) throws Unreadable {
        Column read = schema.columns().get(column);
        if (row.isNullAt(place)) {
            return;
        }
        boolean isUtf8 = true;
        if (read.type().is(LogicalTypeFamily.CHARACTER_STRING)) {
            isUtf8 = isUtf8(row.getString(place));
        } else if (read.type() instanceof ArrayType
                && ((ArrayType) read.type()).getElementType().is(LogicalTypeFamily.CHARACTER_STRING)) {
            ArrayData values = row.getArray(place);
            for (int i = 0; i < values.size(); i++) {
                isUtf8 &= values.isNullAt(i) || isUtf8(values.getString(i));
            }
        }
        if (!isUtf8) {
            throw new Unreadable(
                    "The value of column " + read.name() + " of table " + table
                            + " is not in UTF-8: the database's encoding is SQL_ASCII, which takes any bytes. Correct the value");
        }
    }

    private static boolean isUtf8(StringData text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.toBytes()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private boolean isTooLarge(Tuple tuple) {
        return tuple.isLongerThan(table.maxRowSize().getBytes());
    }

    /** Before anything of the row is copied. */
    private void checkSize(Tuple tuple) throws Unreadable {
        if (!isTooLarge(tuple)) {
            return;
        }
        int largest = 0;
        for (int i = 1; i < types.length; i++) {
            largest = tuple.length(i) > tuple.length(largest) ? i : largest;
        }
        String rowKey = new String(TupleJson.key(schema, types, tuple, LONGEST_OF_TOO_LARGE), StandardCharsets.UTF_8);
        throw new Unreadable("The row of table " + table + " with key " + rowKey + " has " + tuple.length()
                + " bytes, " + tuple.length(largest) + " of them in column "
                + schema.columns().get(largest).name() + ", and latest.max-row-size is " + table.maxRowSize()
                + ". It stays as it was until a change makes it smaller; or raise the setting, and the memory of the task"
                + " managers with it, and take a snapshot of the table again");
    }

    private BinaryRowData key(Tuple tuple) throws Unreadable {
        if (isTooLarge(tuple)
                && Arrays.stream(key).mapToLong(tuple::length).sum()
                        > table.maxRowSize().getBytes()) {
            throw new Unreadable("The key of a row of table " + table + " is larger than latest.max-row-size");
        }
        writer.start(key.length);
        for (int i = 0; i < key.length; i++) {
            if (tuple.isNull(key[i]) || tuple.isUnchanged(key[i])) {
                throw new Unreadable("The key column "
                        + schema.columns().get(key[i]).name() + " of table " + table + " has no value in this record");
            }
            read(tuple, key[i], i);
        }
        BinaryRowData row = writer.row();
        for (int i = 0; anyBytes && i < key.length; i++) {
            checkText(row, i, key[i]);
        }
        return row;
    }

    private void read(Tuple tuple, int column, int target) throws Unreadable {
        try {
            form(tuple, column).read(tuple.value(column, slice), writer, target);
        } catch (Unreadable e) {
            throw new Unreadable(
                    "Column " + schema.columns().get(column).name() + " of table " + table + ": " + e.getMessage());
        }
    }

    private ValueForm form(Tuple tuple, int column) throws Unreadable {
        return types[column].form(tuple.isBinary(column));
    }
}
