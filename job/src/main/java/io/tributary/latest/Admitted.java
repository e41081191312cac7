package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * What is taken of a schema that was found from data, beside what its table has by then. Several readers find columns without
 * knowing of each other, so only here it is seen that a name comes in a second spelling, or that there are too many of them.
 * Such a column is left out, and only a row with a value in it is refused.
 */
final class Admitted {

    private final Schema schema;
    private final Map<Integer, String> refused;
    private final Projection projection;

    private Admitted(Schema schema, Map<Integer, String> refused, Projection projection) {
        this.schema = schema;
        this.refused = refused;
        this.projection = projection;
    }

    /**
     * @param known the table's columns so far; null if there are none
     */
    static Admitted of(Schema found, @Nullable Schema known) {
        Map<String, String> spellings = new HashMap<>();
        if (known != null) {
            known.columns().forEach(column -> spellings.putIfAbsent(lower(column.name()), column.name()));
        }
        int size = known == null ? 0 : known.arity();
        List<Column> taken = new ArrayList<>();
        Map<Integer, String> refused = new LinkedHashMap<>();
        for (int i = 0; i < found.arity(); i++) {
            Column column = found.columns().get(i);
            boolean isKnown = found.isKey(i) || (known != null && known.indexOf(column.name()) >= 0);
            String other = spellings.putIfAbsent(lower(column.name()), column.name());
            if (!isKnown && other != null) {
                refused.put(i, spelledTwice(found, column.name(), other));
                continue;
            }
            if (!isKnown && size >= Schema.MOST_COLUMNS) {
                refused.put(i, beyond(found, column.name()));
                continue;
            }
            size += isKnown ? 0 : 1;
            taken.add(column);
        }
        Schema schema = refused.isEmpty() ? found : Schema.of(found.table(), taken, found.keyNames());
        return new Admitted(schema, refused, Projection.of(found, schema));
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String spelledTwice(Schema found, String name, String other) {
        return "Column " + name + " of table " + found.table() + " and its column " + other
                + " differ in upper and lower case only, which most readers of the targets cannot tell apart: rename the one"
                + " in the source, or give it another column with rename." + name + " in the settings of its table";
    }

    private static String beyond(Schema found, String name) {
        return "With column " + name + " table " + found.table() + " would have more than " + Schema.MOST_COLUMNS
                + " columns: keep names that are data in a map";
    }

    /** Without the columns that are left out. */
    Schema schema() {
        return schema;
    }

    /** Why the row cannot be taken; null if it can. */
    @Nullable
    String refusal(Change change) {
        BinaryRowData row = change.row();
        if (refused.isEmpty() || row == null) {
            return null;
        }
        for (Map.Entry<Integer, String> column : refused.entrySet()) {
            if (!row.isNullAt(column.getKey())) {
                return column.getValue();
            }
        }
        return null;
    }

    /** The change without the columns that are left out. */
    Change of(Change change) {
        return refused.isEmpty() ? change : change.in(projection);
    }
}
