package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which column of the source it is: by its number if the source knows the table by one, else by its name. */
final class ColumnIdentity {

    private final long relation;
    private final int number;
    private final String name;

    private ColumnIdentity(long relation, int number, String name) {
        this.relation = relation;
        this.number = number;
        this.name = name;
    }

    static ColumnIdentity of(Schema shape, Column column) {
        return stored(shape.relation(), column.number(), column.name());
    }

    static ColumnIdentity ofName(String name) {
        return new ColumnIdentity(0, 0, name);
    }

    /** The inverse of what is asked below. */
    static ColumnIdentity stored(long relation, int number, String name) {
        return relation > 0 ? new ColumnIdentity(relation, number, "") : ofName(name);
    }

    /** 0 if the column is known by its name. */
    long relation() {
        return relation;
    }

    int number() {
        return number;
    }

    /** Empty if the column is known by its number. */
    String name() {
        return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ColumnIdentity)) {
            return false;
        }
        ColumnIdentity that = (ColumnIdentity) other;
        return relation == that.relation && number == that.number && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(relation, number, name);
    }

    @Override
    public String toString() {
        return relation > 0 ? "column " + number + " of relation " + relation : "column " + name;
    }
}
