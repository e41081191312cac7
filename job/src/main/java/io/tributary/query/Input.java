package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A table as statements find it: its shape, and which of its columns are never NULL. Targets take NULL in every column that is not
 * of the key, so the shape alone does not say it.
 */
final class Input {

    private final Schema shape;
    private final Set<String> neverNull;
    private final RequiredColumns required;
    private final boolean isSource;

    private Input(Schema shape, Set<String> neverNull, RequiredColumns required, boolean isSource) {
        this.shape = shape;
        this.neverNull = neverNull;
        this.required = required;
        this.isSource = isSource;
    }

    /** A source table. What the source says of columns whose types were found from values is not relied on. */
    static Input of(Schema source, RequiredColumns required) {
        Set<String> declared = source.columns().stream()
                .filter(column -> !column.isInferred() && !source.isKey(source.indexOf(column.name())))
                .map(Column::name)
                .collect(Collectors.toSet());
        RequiredColumns known = required.within(declared);
        return new Input(source, known.names(), known, true);
    }

    /**
     * What a file makes.
     *
     * @param neverNull names of columns, beside those of the key
     */
    static Input of(Schema shape, Collection<String> neverNull) {
        return new Input(shape, new TreeSet<>(neverNull), RequiredColumns.NONE, false);
    }

    /** The same table; of a source table's columns no more than these are never NULL. */
    Input requiring(Predicate<String> columns) {
        if (!isSource) {
            return this;
        }
        RequiredColumns some =
                required.within(required.names().stream().filter(columns).collect(Collectors.toSet()));
        return new Input(shape, some.names(), some, true);
    }

    Schema shape() {
        return shape;
    }

    Set<String> neverNull() {
        return new TreeSet<>(neverNull);
    }

    /** Which columns are never NULL because the source said so when the job was planned: rows have to be looked at for it. */
    RequiredColumns required() {
        return required;
    }

    /** The type of a column of the shape, in SQL. */
    LogicalType type(Column column) {
        return neverNull.contains(column.name()) ? column.type().copy(false) : column.type();
    }

    /** These columns of it, by their indexes. */
    Scan scan(int[] columns) {
        return new Scan(shape, columns, neverNull, required, !isSource);
    }

    /** Tells apart what a file makes in other columns, or with a NULL where there was none. */
    String label() {
        return shape.table() + "#" + Long.toHexString(shape.fingerprint()) + neverNull;
    }
}
