package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.util.OutputTag;

/** What a plan reads of a table: some of its columns, in the plan's order. The others may become what they like. */
final class Scan implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Schema table;
    private final Schema read;
    private final RequiredColumns required;
    private final String name;
    private final String label;

    /**
     * @param neverNull names of columns that the planner was told are never NULL
     * @param required those for which rows have to be looked at; columns that are not read may be among them, for the plan may rest
     *     on what it was told of them
     * @param isWhole whether a change of any column makes another table of it
     */
    Scan(Schema table, int[] columns, Collection<String> neverNull, RequiredColumns required, boolean isWhole) {
        this.table = table;
        this.read = table.only(columns);
        this.required = required;
        this.name = table.table() + Arrays.toString(columns);
        TreeSet<String> never = new TreeSet<>(neverNull);
        never.retainAll(read.columns().stream().map(Column::name).collect(Collectors.toSet()));
        this.label = table.table() + "#"
                + (isWhole ? Long.toHexString(table.fingerprint()) : table.relation() + keyOf(table))
                + read.columns().stream().map(Scan::text).collect(Collectors.toList()) + never;
    }

    private static String keyOf(Schema table) {
        return IntStream.of(table.key())
                .mapToObj(index -> text(table.columns().get(index)))
                .collect(Collectors.joining(",", "/", "/"));
    }

    private static String text(Column column) {
        return column + (column.isInferred() ? " (found)" : "") + " " + column.number();
    }

    /** The table as it was when the file was planned. */
    Schema table() {
        return table;
    }

    /** The shape in which the planner gets its rows. */
    Schema read() {
        return read;
    }

    RequiredColumns required() {
        return required;
    }

    /** Where the rows leave {@link TableSplit}. */
    OutputTag<RowData> tag() {
        return new OutputTag<>(name, InternalTypeInfo.of(read.rowType()));
    }

    /** Tells apart what is planned in different ways, or gets other rows. */
    String label() {
        return label;
    }
}
