package io.tributary.sink.iceberg;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * Finds values that Flink's types hold and Iceberg's do not: timestamps outside 64 bits of microseconds (before the year
 * -290308, after 294247), which Iceberg's writers would wrap around in silence.
 */
final class Fit {

    private static final long MAX_MILLIS = Long.MAX_VALUE / 1000 - 1;

    private final Schema schema;
    private final int[] timestamps;
    private final int[] precisions;
    private final int[] arrays;

    /** Looks at the given columns only. */
    Fit(Schema schema, IntPredicate columns) {
        this.schema = schema;
        List<Integer> single = new ArrayList<>();
        List<Integer> many = new ArrayList<>();
        for (int i = 0; i < schema.arity(); i++) {
            LogicalType type = schema.columns().get(i).type();
            if (!columns.test(i)) {
                continue;
            }
            if (type.is(LogicalTypeFamily.TIMESTAMP)) {
                single.add(i);
            } else if (innermost(type).is(LogicalTypeFamily.TIMESTAMP)) {
                many.add(i);
            }
        }
        timestamps = single.stream().mapToInt(i -> i).toArray();
        arrays = many.stream().mapToInt(i -> i).toArray();
        precisions = single.stream()
                .mapToInt(i ->
                        LogicalTypeChecks.getPrecision(schema.columns().get(i).type()))
                .toArray();
    }

    /** Null if the row fits, else why it does not. */
    @Nullable
    String misfit(BinaryRowData row) {
        for (int i = 0; i < timestamps.length; i++) {
            int column = timestamps[i];
            if (!row.isNullAt(column) && outside(row.getTimestamp(column, precisions[i]))) {
                return sentence(column);
            }
        }
        for (int column : arrays) {
            if (!row.isNullAt(column)
                    && outside(
                            row.getArray(column), schema.columns().get(column).type())) {
                return sentence(column);
            }
        }
        return null;
    }

    private static boolean outside(ArrayData array, LogicalType type) {
        LogicalType element = ((ArrayType) type).getElementType();
        for (int i = 0; i < array.size(); i++) {
            if (array.isNullAt(i)) {
                continue;
            }
            boolean outside = element instanceof ArrayType
                    ? outside(array.getArray(i), element)
                    : outside(array.getTimestamp(i, LogicalTypeChecks.getPrecision(element)));
            if (outside) {
                return true;
            }
        }
        return false;
    }

    private static boolean outside(TimestampData value) {
        long millis = value.getMillisecond();
        return millis > MAX_MILLIS || millis < -MAX_MILLIS;
    }

    private static LogicalType innermost(LogicalType type) {
        return type instanceof ArrayType ? innermost(((ArrayType) type).getElementType()) : type;
    }

    private String sentence(int column) {
        Column misfit = schema.columns().get(column);
        return "Column " + misfit.name() + " of table " + schema.table()
                + " holds a time that Iceberg's microseconds cannot hold";
    }
}
