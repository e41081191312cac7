package io.tributary.change;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * The shape of one table's rows at one time: the table's name in the pipeline, its columns in order and which of them
 * are the key.
 *
 * <p>Two schemas with the same 64-bit fingerprint are taken for the same. Key columns are never null in a row.
 */
@TypeInfo(WireTypeFactory.class)
public final class Schema implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The most columns that a table gets while its types are found from data, so that {@link #number} has room for all. */
    public static final int MOST_COLUMNS = 10_000;

    private static final long ROOM_OF_RANKS = 1 << 20;

    /** Above every number of a table that is known by its name. */
    private static final long OF_RELATION = 1L << 52;

    private static final int HASH_BITS = 21;
    private static final long ROOM_OF_REVISIONS = 1L << (52 - HASH_BITS);

    private final String table;
    private final List<Column> columns;
    private final Map<String, Integer> indexes;
    private final int[] key;
    private final RowType rowType;
    private final boolean inferred;
    private final long relation;
    private final long revision;
    private final byte[] bytes;
    private final long fingerprint;
    private final long tableId;

    /** {@code key} are indexes of columns. */
    Schema(String table, List<Column> columns, int[] key) {
        this(table, columns, key, 0, 0);
    }

    Schema(String table, List<Column> columns, int[] key, long relation, long revision) {
        SchemaBytes.check(table, columns);
        this.table = table;
        this.columns = List.copyOf(columns);
        this.indexes = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            indexes.putIfAbsent(columns.get(i).name(), i);
        }
        this.key = key;
        this.rowType = RowType.of(
                columns.stream().map(Column::type).toArray(LogicalType[]::new),
                columns.stream().map(Column::name).toArray(String[]::new));
        this.inferred = columns.stream().anyMatch(Column::isInferred);
        this.relation = relation;
        this.revision = revision;
        this.bytes = SchemaBytes.of(this);
        this.fingerprint = hash(bytes);
        this.tableId = tableId(table);
    }

    /**
     * Fails if the key is empty, names a column that does not exist, two columns share a name, or there are more columns or longer
     * names than go on the wire.
     */
    public static Schema of(String table, List<Column> columns, List<String> key) {
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("Table " + table + " has two columns named " + column.name());
            }
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("Table " + table + " has no key");
        }
        List<String> order = columns.stream().map(Column::name).collect(Collectors.toList());
        int[] indexes = key.stream()
                .mapToInt(name -> {
                    int index = order.indexOf(name);
                    if (index < 0) {
                        throw new IllegalArgumentException(
                                "The key column " + name + " of table " + table + " is not one of " + order);
                    }
                    return index;
                })
                .toArray();
        return new Schema(table, columns, indexes);
    }

    public String table() {
        return table;
    }

    /** 64 bits of a hash of the table's name. */
    public long tableId() {
        return tableId;
    }

    /** The {@link #tableId()} of the table with this name. */
    public static long tableId(String table) {
        return hash(table.getBytes(StandardCharsets.UTF_8));
    }

    public List<Column> columns() {
        return columns;
    }

    public int arity() {
        return columns.size();
    }

    /** Indexes of the key's columns, in the key's order. */
    public int[] key() {
        return key.clone();
    }

    public int keyArity() {
        return key.length;
    }

    public List<String> keyNames() {
        return Arrays.stream(key).mapToObj(i -> columns.get(i).name()).collect(Collectors.toList());
    }

    public boolean isKey(int column) {
        for (int index : key) {
            if (index == column) {
                return true;
            }
        }
        return false;
    }

    /** The index of the column with this name, or -1. */
    public int indexOf(String column) {
        return indexes.getOrDefault(column, -1);
    }

    /**
     * The same table with some of its columns alone, in this order. Its key is what of the key is among them, so it may have none:
     * a shape for readers, not for targets.
     */
    public Schema only(int... some) {
        List<Column> kept = Arrays.stream(some).mapToObj(columns::get).collect(Collectors.toList());
        int[] itsKey = Arrays.stream(key)
                .map(index -> kept.indexOf(columns.get(index)))
                .filter(index -> index >= 0)
                .toArray();
        return new Schema(table, kept, itsKey, relation, revision);
    }

    /**
     * The same columns, of a table that is known by a number.
     *
     * @param newRelation as {@link #relation}
     * @param newRevision as {@link #revision}
     */
    public Schema ofRelation(long newRelation, long newRevision) {
        if (newRelation <= 0 || newRevision <= 0 || columns.stream().anyMatch(column -> column.number() <= 0)) {
            throw new IllegalArgumentException("Relation " + newRelation + ", revision " + newRevision + " of " + this
                    + ": all of them and their columns have numbers above 0");
        }
        return new Schema(table, columns, key, newRelation, newRevision);
    }

    /**
     * By which number its source knows the table, above 0: one that is dropped and made again has another, and one that gets
     * another name keeps it (PostgreSQL's {@code oid}). 0 if tables are known by their names alone; then revision and the
     * columns' numbers are 0 as well.
     */
    public long relation() {
        return relation;
    }

    /** Grows whenever the columns of the table are altered, and when another relation takes its place. */
    public long revision() {
        return revision;
    }

    /** True if columns of the two are the same where their numbers are, whatever they are called. */
    public boolean isOfSameRelation(Schema other) {
        return relation > 0 && relation == other.relation;
    }

    /** True if the columns of both have the same names and numbers. */
    public boolean isNamedAs(Schema other) {
        return names().equals(other.names());
    }

    private Map<Integer, String> names() {
        return columns.stream().collect(Collectors.toMap(Column::number, Column::name));
    }

    /** The index of the column with this number, or -1. */
    public int indexOfNumber(int number) {
        for (int i = 0; i < columns.size(); i++) {
            if (number > 0 && columns.get(i).number() == number) {
                return i;
            }
        }
        return -1;
    }

    /** The index of what a column of the other schema is here: by its number if both are of one relation, else by its name; or -1. */
    public int indexOf(Column column, Schema other) {
        return isOfSameRelation(other) ? indexOfNumber(column.number()) : indexOf(column.name());
    }

    /** Whether rows of both are found by the same columns, of the same types. */
    public boolean hasKeyOf(Schema other) {
        if (keyArity() != other.keyArity()) {
            return false;
        }
        for (int i = 0; i < keyArity(); i++) {
            Column its = other.columns().get(other.key()[i]);
            LogicalType mine = columns().get(key()[i]).type();
            if (indexOf(its, other) != key()[i]
                    || !mine.copy(true).equals(its.type().copy(true))) {
                return false;
            }
        }
        return true;
    }

    /** True if the type of a column was found from data, so that it may change while the job runs. */
    public boolean isInferred() {
        return inferred;
    }

    public RowType rowType() {
        return rowType;
    }

    /** 64 bits of a hash over all that makes this schema what it is, its table's name included. */
    public long fingerprint() {
        return fingerprint;
    }

    /**
     * A number that is greater than that of any schema this one was merged from, where it has more or wider columns, and
     * that tells apart shapes which are neither: the sum of the columns' ranks, then 32 bits of the fingerprint. It fits
     * the 53 bits of a JSON number.
     *
     * <p>Where there is a {@link #relation} it grows with the {@link #revision}, as long as that has 31 bits: the revision, then
     * 21 bits of the fingerprint. Higher revisions leave bits of the fingerprint alone, which tell shapes apart and are in no order.
     */
    public long number() {
        if (!hasNumber()) {
            throw new IllegalStateException("Table " + table + " has more columns than can be numbered: " + arity());
        }
        if (relation == 0) {
            return (ranks() << 32) | (fingerprint & 0xFFFF_FFFFL);
        }
        return OF_RELATION
                | (revision < ROOM_OF_REVISIONS
                        ? (revision << HASH_BITS) | (fingerprint & ((1L << HASH_BITS) - 1))
                        : fingerprint >>> 12);
    }

    /** False if there are so many columns that {@link #number} has no room for them: more than {@link #MOST_COLUMNS}. */
    public boolean hasNumber() {
        return relation > 0 || ranks() < ROOM_OF_RANKS;
    }

    private long ranks() {
        return columns.stream().mapToLong(Column::rank).sum();
    }

    /**
     * The shape that holds the rows of both: this schema's columns in their order and widened where the other's are
     * wider, then the columns that only the other has. This very schema if it already holds the other.
     *
     * <p>If one of the two has a {@link #relation}, it is the shape of the higher {@link #revision}, widened where its types hold
     * the other's: columns that were dropped since are not in it, and a type that cannot hold the earlier one stands alone.
     *
     * <p>If a column is inferred, the columns come in an order that is the same whichever schemas were merged first: the
     * key's, then the others by name.
     *
     * @throws SchemaConflictException if the keys differ, or no type holds both types of a column that is not inferred
     */
    public Schema merge(Schema other) throws SchemaConflictException {
        return SchemaMerge.of(this, other);
    }

    /**
     * Checks that the columns which are declared here hold what came before in the other schema.
     *
     * @throws SchemaConflictException if one does not; the message says what to declare
     */
    public void checkHolds(Schema before) throws SchemaConflictException {
        SchemaMerge.checkHolds(this, before);
    }

    /**
     * This schema with its columns spelled as those of the other, where they differ from one of them in upper and lower
     * case only. A column whose name would then be there twice stays as it is.
     */
    public Schema spelledAs(Schema other) {
        return SchemaMerge.spelledAs(this, other);
    }

    /**
     * The columns of the earlier schema that have a type here into which theirs cannot be changed where it stands: targets
     * replace such a column, and need its values again.
     */
    public Set<String> replacedColumns(Schema earlier) {
        return SchemaMerge.replacedColumns(this, earlier);
    }

    public boolean replacesColumnsOf(Schema earlier) {
        return !replacedColumns(earlier).isEmpty();
    }

    /** How it stands on the wire and in state. Not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    private static long hash(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Schema && ((Schema) other).fingerprint == fingerprint;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint);
    }

    @Override
    public String toString() {
        return table + columns + " key " + keyNames();
    }
}
