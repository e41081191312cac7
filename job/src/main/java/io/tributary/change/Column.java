package io.tributary.change;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table: its name as the source spells it, its Flink type, and whether a change may leave its value out
 * (a TOASTed column of Postgres that an UPDATE did not touch).
 */
public final class Column implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final LogicalType type;
    private final boolean omissible;

    private Column(String name, LogicalType type, boolean omissible) {
        this.name = requireNonNull(name);
        this.type = requireNonNull(type);
        this.omissible = omissible;
    }

    public static Column of(String name, LogicalType type) {
        return new Column(name, type, false);
    }

    /** A column whose unchanged value a change may leave out. */
    public static Column omissible(String name, LogicalType type) {
        return new Column(name, type, true);
    }

    public String name() {
        return name;
    }

    public LogicalType type() {
        return type;
    }

    public boolean isOmissible() {
        return omissible;
    }

    Column merged(LogicalType union, boolean otherIsOmissible) {
        return new Column(name, union, omissible || otherIsOmissible);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Column)) {
            return false;
        }
        Column that = (Column) other;
        return name.equals(that.name) && type.equals(that.type) && omissible == that.omissible;
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + type.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + type.asSummaryString();
    }
}
