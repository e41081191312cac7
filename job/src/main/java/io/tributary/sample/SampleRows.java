package io.tributary.sample;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;

/** Makes rows of a table of what is written in a sample file. */
final class SampleRows {

    private final SampleTable table;
    private final Predicate<String> isRead;
    private final Problems problems;
    private final RowDataSerializer rows;
    private final RowDataSerializer keys;

    /** @param isRead whether a column may be read; it does not matter what others have, and they are not NULL where they may not be */
    SampleRows(SampleTable table, Predicate<String> isRead, Problems problems) {
        this.table = table;
        this.isRead = isRead;
        this.problems = problems;
        Schema shape = table.shape();
        this.rows = new RowDataSerializer(shape.rowType());
        LogicalType[] types = new LogicalType[shape.keyArity()];
        for (int i = 0; i < types.length; i++) {
            types[i] = shape.columns().get(shape.key()[i]).type();
        }
        this.keys = new RowDataSerializer(types);
    }

    /** Null, and problems, if it is none. */
    @Nullable
    BinaryRowData row(SampleRow row) {
        int before = problems.sentences().size();
        GenericRowData values = new GenericRowData(table.shape().arity());
        for (int i = 0; i < values.getArity(); i++) {
            Column column = table.shape().columns().get(i);
            Object value = value(row, column, problems);
            if (value == null && table.isNeverNull(column.name())) {
                if (isRead.test(column.name()) && row.value(column.name()) == null) {
                    problems.add(row.at() + column.name() + " is NOT NULL in table " + table.name()
                            + ", and has no value" + emptyText(column));
                }
                value = SampleValue.standIn(column.type());
            }
            values.setField(i, value);
        }
        return problems.sentences().size() > before
                ? null
                : rows.toBinaryRow(values).copy();
    }

    private static String emptyText(Column column) {
        return column.type().asSummaryString().startsWith("VARCHAR") ? "; an empty text is \"\"" : "";
    }

    /** Null if it is NULL, or, with a problem, if the text is no such value. */
    static @Nullable Object value(SampleRow row, Column column, Problems problems) {
        String text = row.value(column.name());
        if (text == null) {
            return null;
        }
        try {
            return SampleValue.parse(text, column.type());
        } catch (IllegalArgumentException e) {
            problems.add(row.at() + column.name() + ": '" + text + "' " + e.getMessage());
            return null;
        }
    }

    /** Null, and problems, if a column of the key has no value. */
    @Nullable
    BinaryRowData key(SampleRow row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int index : table.shape().key()) {
            Column column = table.shape().columns().get(index);
            Object value = value(row, column, problems);
            if (value == null) {
                if (row.value(column.name()) == null) {
                    problems.add(row.at() + column.name() + " is of the key of table " + table.name()
                            + ", and has no value");
                }
                return null;
            }
            values.add(value);
        }
        return keys.toBinaryRow(GenericRowData.of(values.toArray())).copy();
    }

    /** The key as messages have it: {@code order_id 10, line 1}. */
    String describe(RowData row) {
        return describe(table.shape(), row);
    }

    static String describe(Schema shape, RowData row) {
        StringBuilder text = new StringBuilder();
        for (int index : shape.key()) {
            Column column = shape.columns().get(index);
            Object value = RowData.createFieldGetter(column.type(), index).getFieldOrNull(row);
            text.append(text.length() == 0 ? "" : ", ")
                    .append(column.name())
                    .append(' ')
                    .append(value == null ? "NULL" : SampleValue.text(value, column.type()));
        }
        return text.toString();
    }
}
