package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A table as statements read it: its shape, and which of its columns are never NULL. Targets take NULL in every column that is not
 * of the key, so the shape alone does not say it.
 */
final class Input {

    private final Schema shape;
    private final Set<String> neverNull;

    private Input(Schema shape, Set<String> neverNull) {
        this.shape = shape;
        this.neverNull = neverNull;
    }

    static Input of(Schema shape) {
        return new Input(shape, Set.of());
    }

    /** @param neverNull names of columns, beside those of the key */
    static Input of(Schema shape, Collection<String> neverNull) {
        return new Input(shape, new TreeSet<>(neverNull));
    }

    Schema shape() {
        return shape;
    }

    /** The type of a column of the shape, in SQL. */
    LogicalType type(Column column) {
        return neverNull.contains(column.name()) ? column.type().copy(false) : column.type();
    }

    /** Tells apart what is planned in different ways. */
    String label() {
        return shape.table() + "#" + Long.toHexString(shape.fingerprint()) + neverNull;
    }
}
