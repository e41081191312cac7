package io.tributary.latest;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.change.WireType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * Which rows in state have values that the targets no longer have, because a column whose type was found from data was
 * replaced by one of another type.
 *
 * <p>Of a table counts the union of all schemas that were announced, whatever their order. Rows that were in state then were
 * shown in it, so what a row was last shown in is the union of that and of its own schema.
 */
final class Retyping {

    /** The union of the schemas announced of each table, by {@link Schema#tableId()}. */
    static final MapStateDescriptor<Long, Schema> STATE =
            new MapStateDescriptor<>("retyped", Types.LONG, WireType.SCHEMA);

    private final RowShapes shapes;
    private final Map<List<Long>, int[]> replaced = new HashMap<>();

    Retyping(RowShapes shapes) {
        this.shapes = shapes;
    }

    /** True if there may be rows that have to be shown again. */
    boolean announce(BroadcastState<Long, Schema> state, Schema schema) throws Exception {
        Schema known = state.get(schema.tableId());
        Schema union = union(schema, known);
        if (union.equals(known)) {
            return false;
        }
        state.put(schema.tableId(), union);
        replaced.clear();
        Schema widest = shapes.widest(schema).schema();
        Set<String> others = others(known, widest);
        return shapes.all().stream()
                .map(RowShape::schema)
                .filter(own -> own.tableId() == schema.tableId())
                .filter(own -> others.stream().anyMatch(column -> own.indexOf(column) >= 0))
                .anyMatch(own -> replaced(own, known, widest).length > 0);
    }

    /** The columns that were not announced, or are others than what was: the rest is as it was shown. */
    private static Set<String> others(@Nullable Schema announced, Schema now) {
        Set<String> others = announced == null ? new HashSet<>() : new HashSet<>(now.replacedColumns(announced));
        now.columns().stream()
                .map(Column::name)
                .filter(column -> announced == null || announced.indexOf(column) < 0)
                .forEach(others::add);
        return others;
    }

    static @Nullable Schema announced(ReadOnlyBroadcastState<Long, Schema> state, Schema schema) throws Exception {
        return state.get(schema.tableId());
    }

    /** True if a target that has columns of this shape has lost a value of the row, which came before the announcement. */
    boolean concerns(LatestRow row, BinaryRowData key, @Nullable Schema announcedBefore, RowShape shape) {
        if (row.fingerprint() == shape.schema().fingerprint()) {
            return false;
        }
        RowShape own = shapes.of(row);
        long announced = announcedBefore == null ? 0 : announcedBefore.fingerprint();
        int[] columns = replaced.computeIfAbsent(
                List.of(row.fingerprint(), announced, shape.schema().fingerprint()),
                unknown -> replaced(own.schema(), announcedBefore, shape.schema()));
        if (columns.length == 0) {
            return false;
        }
        BinaryRowData values = own.expanded(row, key);
        for (int column : columns) {
            if (!values.isNullAt(column)) {
                return true;
            }
        }
        return false;
    }

    private static int[] replaced(Schema own, @Nullable Schema announcedBefore, Schema now) {
        return now.replacedColumns(union(own, announcedBefore)).stream()
                .mapToInt(own::indexOf)
                .filter(column -> column >= 0)
                .toArray();
    }

    private static Schema union(Schema own, @Nullable Schema announced) {
        try {
            return announced == null ? own : announced.merge(own);
        } catch (SchemaConflictException e) {
            // A declared type is another than it was; that is no replaced column.
            return own;
        }
    }
}
