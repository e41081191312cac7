package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Which fields have the columns of a relation that has taken the place of the table's. By their names, as they are when the first row
 * of it is to be written: rows that are the same in both relations are not shown again. Its columns may be altered before that
 * row is committed, or the names of now wait for the same commit. So the table says it at once, in the property {@link #PROPERTY}.
 */
final class NextRelation {

    static final String PROPERTY = "tributary.columns.next";

    private NextRelation() {}

    /** The fields of the relation's columns, by their numbers; null if the table has not said it. */
    static @Nullable ColumnIds find(Table table, long relation) {
        ColumnIds present = ColumnIds.of(table);
        if (present == null || present.isOf(relation)) {
            return present;
        }
        String text = table.properties().get(PROPERTY);
        ColumnIds next = text == null ? null : ColumnIds.parse(text);
        return next != null && next.isOf(relation) && isSince(next.revision(), present) ? next : null;
    }

    /** Whether the table has yet to {@link #say} which fields the schema's columns have. */
    static boolean isUnsaid(Table table, Schema wanted) {
        ColumnIds present = ColumnIds.of(table);
        return present != null && isSince(wanted.revision(), present) && find(table, wanted.relation()) == null;
    }

    private static boolean isSince(long revision, ColumnIds present) {
        return Long.compareUnsigned(revision, present.revision()) >= 0;
    }

    /**
     * May fail because somebody else changes the columns, or says it, at the same time: then it is still unsaid, or said.
     *
     * @param before what the writer has written until now, whose names may not be those of the table yet
     */
    static void say(Table table, Schema wanted, @Nullable TableShape before) {
        SortedMap<Integer, Integer> ids = new TreeMap<>();
        List<Integer> key = new ArrayList<>();
        for (Column column : wanted.columns()) {
            Types.NestedField field = field(table, column.name(), before);
            if (field != null) {
                ids.put(column.number(), field.fieldId());
                if (wanted.keyNames().contains(column.name())) {
                    key.add(field.fieldId());
                }
            }
        }
        FollowedNames.say(table, PROPERTY, ColumnIds.of(wanted, ids, key));
    }

    private static Types.@Nullable NestedField field(Table table, String name, @Nullable TableShape before) {
        Types.NestedField named = table.schema().asStruct().field(name);
        if (before == null) {
            return named;
        }
        Types.NestedField written = before.files().asStruct().field(name);
        boolean hasOtherName = named != null && before.files().findField(named.fieldId()) != null;
        return written == null && !hasOtherName ? named : written;
    }
}
