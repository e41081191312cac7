package io.tributary.change;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table: its name as the source spells it, its Flink type, and what else is to be known of its values.
 *
 * <p>The type of an {@link #inferred} column was found from the values that have come so far. It only ever widens, and
 * every two types have one that holds both ({@link InferredType}); the types of other columns were declared. A
 * {@link #hashed} column never has a type that was found.
 */
public final class Column implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int OMISSIBLE = 1;
    private static final int INFERRED = 2;
    private static final int JSON = 4;
    private static final int HASHED = 8;

    private final String name;
    private final LogicalType type;
    private final int marks;
    private final int number;

    private Column(String name, LogicalType type, int marks, int number) {
        this.name = requireNonNull(name);
        this.type = requireNonNull(type);
        this.marks = marks;
        this.number = number;
    }

    public static Column of(String name, LogicalType type) {
        return new Column(name, type, 0, 0);
    }

    /** A column whose unchanged value a change may leave out. */
    public static Column omissible(String name, LogicalType type) {
        return new Column(name, type, OMISSIBLE, 0);
    }

    /** A column whose type was found from data: one of those that {@link InferredType} has. */
    public static Column inferred(String name, LogicalType type) {
        return new Column(name, type.copy(true), INFERRED, 0);
    }

    /** An inferred column of which every value so far was a JSON object or array. */
    public static Column inferredJson(String name) {
        return new Column(name, InferredType.TEXT, INFERRED | JSON, 0);
    }

    /** A declared column of text, every value of which is a JSON document. */
    public static Column json(String name) {
        return new Column(name, InferredType.TEXT, JSON, 0);
    }

    /** The same column of text, every value of which is a JSON document. */
    public Column asJson() {
        return new Column(name, type, marks | JSON, number);
    }

    /** The same column with keyed hashes of its values in their place: no value that is none has a place in it. */
    public Column hashed() {
        return new Column(name, InferredType.TEXT.copy(type.isNullable()), (marks & OMISSIBLE) | HASHED, number);
    }

    /** The inverse of {@link #marks}. */
    static Column marked(String name, LogicalType type, int marks) {
        return new Column(name, type, marks, 0);
    }

    public String name() {
        return name;
    }

    public LogicalType type() {
        return type;
    }

    /**
     * Which column of its {@link Schema#relation() relation} it is, above 0: it stays when the column gets another name, and no
     * later column of the relation has it (PostgreSQL's {@code attnum}). 0 if columns are known by their names alone.
     */
    public int number() {
        return number;
    }

    /** True if a change may leave out its value (a TOASTed column of Postgres that an UPDATE did not touch). */
    public boolean isOmissible() {
        return (marks & OMISSIBLE) != 0;
    }

    /** True if its type was found from data. */
    public boolean isInferred() {
        return (marks & INFERRED) != 0;
    }

    /** True if its type is STRING and every value is a JSON document. */
    public boolean isJson() {
        return (marks & JSON) != 0;
    }

    /** True if its values are keyed hashes of those that the source has. */
    public boolean isHashed() {
        return (marks & HASHED) != 0;
    }

    /** Of what {@link Schema} writes beside name and type; below 2 if it needs no more than format 1 has room for. */
    int marks() {
        return marks;
    }

    /** The same column under another name. */
    public Column named(String newName) {
        return new Column(newName, type, marks, number);
    }

    /** The same column, which is known by its number. */
    public Column numbered(int newNumber) {
        return new Column(name, type, marks, newNumber);
    }

    /** The same column with another type, which is text if the column is JSON. */
    public Column typed(LogicalType newType) {
        return new Column(name, newType, marks, number);
    }

    /** The narrowest column that holds the values of both; null if there is none, which inferred ones always have. */
    @Nullable
    Column merged(Column other) {
        LogicalType union = union(other);
        int either = (marks | other.marks) & (OMISSIBLE | INFERRED);
        int both = marks & other.marks & (JSON | HASHED);
        return union == null || isHashed() != other.isHashed() ? null : new Column(name, union, either | both, number);
    }

    /**
     * True if every value of the other, but for null, has a form in this column's type. Text counts as such for a declared column of
     * JSON, too: earlier releases knew no other, and what is {@link #merged} from both is text.
     */
    public boolean holds(Column other) {
        if (isHashed() != other.isHashed()) {
            return false;
        }
        boolean isFound = isInferred() || other.isInferred();
        if (isFound) {
            return InferredType.holds(type, other.type);
        }
        return Widening.holds(type, other.type);
    }

    private @Nullable LogicalType union(Column other) {
        boolean isFound = isInferred() || other.isInferred();
        return isFound ? InferredType.join(type, other.type) : Widening.union(type, other.type);
    }

    /** A number above zero that grows whenever {@link #merged} makes a column that holds more. */
    int rank() {
        return isInferred() ? InferredType.rank(type, isJson()) : Widening.rank(type);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Column)) {
            return false;
        }
        Column that = (Column) other;
        return name.equals(that.name) && type.equals(that.type) && marks == that.marks && number == that.number;
    }

    @Override
    public int hashCode() {
        return ((name.hashCode() * 31 + type.hashCode()) * 31 + marks) * 31 + number;
    }

    @Override
    public String toString() {
        return name + " " + type.asSummaryString() + (isJson() ? " (JSON)" : "") + (isHashed() ? " (hashed)" : "");
    }
}
