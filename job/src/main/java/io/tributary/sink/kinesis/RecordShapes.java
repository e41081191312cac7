package io.tributary.sink.kinesis;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * For each table the shape that holds every row of it seen so far, and how rows of each of its shapes are written in it.
 * A shape that cannot be merged or written is refused but for its deletes, and the table's shape stays as it was.
 *
 * <p>Where the source knows the table by a number, rows of earlier shapes are written in the newest one, and those that have
 * another key in their own.
 */
final class RecordShapes {

    private final Map<Long, Schema> merged = new HashMap<>();
    private final Map<Long, RecordShape> known = new HashMap<>();
    private @Nullable RecordShape last;

    /** One shape of the rows that arrive. */
    static final class RecordShape {
        private final Schema rows;
        private final @Nullable FlatJson json;
        private final String refusal;

        private RecordShape(Schema rows, @Nullable FlatJson json, String refusal) {
            this.rows = rows;
            this.json = json;
            this.refusal = refusal;
        }

        /** How an entry of this shape is written; null if it is refused. */
        @Nullable
        FlatJson json(RowKind kind) {
            return refusal.isEmpty() || kind == RowKind.DELETE ? json : null;
        }

        /** Why rows of this shape are refused. Deletes of theirs may be written all the same. */
        String refusal() {
            return refusal;
        }
    }

    RecordShape of(Schema rows) {
        if (last != null && last.rows.fingerprint() == rows.fingerprint()) {
            return last;
        }
        RecordShape shape = known.get(rows.fingerprint());
        if (shape == null) {
            shape = meet(rows);
            known.put(rows.fingerprint(), shape);
        }
        last = shape;
        return shape;
    }

    /** The merged shape of each table, for the state. */
    Collection<Schema> merged() {
        return merged.values();
    }

    /** The table is made anew: its shape is that of the rows that come now, whatever it was. */
    void forget(Schema rows) {
        merged.remove(rows.tableId());
        known.values().removeIf(shape -> shape.rows.tableId() == rows.tableId());
        last = null;
    }

    /** Takes a shape from the state of this or another subtask. */
    void restore(Schema schema) {
        of(schema);
    }

    private RecordShape meet(Schema rows) {
        Schema before = merged.getOrDefault(rows.tableId(), rows);
        // The names in records are in lower case, so that the rows may come in either spelling.
        Schema spelled = rows.isOfSameRelation(before) ? rows : rows.spelledAs(before);
        Schema after;
        try {
            after = before.merge(spelled);
        } catch (SchemaConflictException e) {
            return new RecordShape(rows, deletesOnly(spelled, before), String.valueOf(e.getMessage()));
        }
        Schema shown = hasKeyOf(spelled, after) ? after : spelled;
        List<String> problems = new ArrayList<>(FlatJson.problems(after));
        if (!shown.equals(after)) {
            problems.addAll(FlatJson.problems(spelled));
        }
        if (!problems.isEmpty()) {
            boolean isKnown = merged.containsKey(rows.tableId());
            return new RecordShape(rows, isKnown ? deletesOnly(spelled, before) : null, String.join("; ", problems));
        }
        if (!after.equals(before)) {
            known.values().removeIf(shape -> shape.rows.tableId() == rows.tableId());
        }
        merged.put(rows.tableId(), after);
        return new RecordShape(rows, FlatJson.of(spelled, shown), "");
    }

    /** Whether rows of the one shape have a key in the other. Of tables that are known by name it does, or they were not merged. */
    private static boolean hasKeyOf(Schema rows, Schema shown) {
        if (shown.relation() == 0) {
            return true;
        }
        return rows.keyArity() == shown.keyArity()
                && Arrays.stream(rows.key()).allMatch(index -> {
                    Column column = rows.columns().get(index);
                    int there = shown.indexOf(column, rows);
                    return there >= 0
                            && shown.isKey(there)
                            && shown.columns().get(there).holds(column);
                });
    }

    /** Of a delete only the key counts, and that may be the same; null if it is not. */
    private static @Nullable FlatJson deletesOnly(Schema rows, Schema shown) {
        if (shown.relation() > 0) {
            return hasKeyOf(rows, shown) ? FlatJson.of(rows, shown) : null;
        }
        try {
            return keyOf(shown).merge(keyOf(rows)).equals(keyOf(shown)) ? FlatJson.of(rows, shown) : null;
        } catch (SchemaConflictException e) {
            return null;
        }
    }

    private static Schema keyOf(Schema schema) {
        List<Column> key = schema.keyNames().stream()
                .map(name -> schema.columns().get(schema.indexOf(name)))
                .collect(Collectors.toList());
        return Schema.of(schema.table(), key, schema.keyNames());
    }
}
