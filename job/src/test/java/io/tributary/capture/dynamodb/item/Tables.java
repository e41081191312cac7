package io.tributary.capture.dynamodb.item;

import io.tributary.capture.Unreadable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.jspecify.annotations.Nullable;

/** Tables for tests, and their rows in a form that can be compared with. */
public final class Tables {

    private Tables() {}

    /** With the text {@code pk} as its key. */
    public static ItemTable plain(String name) {
        return of(name, List.of(), Set.of());
    }

    public static ItemTable of(String name, Collection<Column> declared, Set<String> flattened) {
        return ItemTable.of(name, name, List.of(Column.of("pk", InferredType.TEXT)), declared, flattened, false, 1000);
    }

    static Item item(String json) throws Unreadable {
        return new ItemParser().read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** The columns that are not NULL, as Java prints them. */
    public static Map<String, String> values(Schema schema, BinaryRowData row) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < schema.arity(); i++) {
            Column column = schema.columns().get(i);
            Object value =
                    RowData.createFieldGetter(column.type().copy(true), i).getFieldOrNull(row);
            if (value != null) {
                values.put(column.name(), printed(column, value));
            }
        }
        return values;
    }

    private static String printed(Column column, Object value) {
        return column.type().is(LogicalTypeRoot.VARBINARY)
                ? new String((byte[]) value, StandardCharsets.ISO_8859_1)
                : value.toString();
    }

    static @Nullable String type(Schema schema, String column) {
        int index = schema.indexOf(column);
        return index < 0 ? null : schema.columns().get(index).toString();
    }
}
