package io.tributary.capture.dynamodb.item;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables that one subtask reads items of, with the columns that it knows of. Its state is their schemas. */
public final class ItemTables {

    private final Map<String, ItemChanges> bySource = new HashMap<>();
    private final Map<String, ItemChanges> byName = new HashMap<>();

    public ItemTables(Collection<ItemTable> tables) {
        for (ItemTable table : tables) {
            ItemChanges changes = new ItemChanges(new ItemRows(table));
            bySource.put(table.source(), changes);
            byName.put(table.name(), changes);
        }
    }

    /**
     * Whether all of a record or a line may be shown.
     *
     * @param table the one that it is of; null if that is not known
     */
    public boolean mayBeShown(@Nullable ItemChanges table) {
        return table == null
                ? byName.values().stream()
                        .noneMatch(each -> each.table().rules().isAny())
                : !table.table().rules().isAny();
    }

    /** The reason of a dead letter of which no more may be shown. */
    public static String hidden(String reason) {
        return reason
                + ". More of it is not shown, and its bytes are not kept, since columns of its table are left out or"
                + " hashed";
    }

    /** The table of this name in DynamoDB; null if it is not captured. */
    public @Nullable ItemChanges ofSource(String source) {
        return bySource.get(source);
    }

    /** The table of this name in the pipeline; null if it is not captured. */
    public @Nullable ItemChanges ofName(String name) {
        return byName.get(name);
    }

    /**
     * Widens the columns to what a subtask had found, this one or another.
     *
     * @throws IllegalStateException if a declaration does not hold what was found, so that rows that are in state already do not
     *     fit
     */
    public void restore(Iterable<Schema> found) {
        Map<String, Schema> all = new LinkedHashMap<>();
        for (Schema schema : found) {
            ItemChanges changes = byName.get(schema.table());
            if (changes == null) {
                continue;
            }
            try {
                Schema others = all.get(schema.table());
                all.put(schema.table(), others == null ? schema : others.merge(schema));
            } catch (SchemaConflictException e) {
                throw changed(changes, e);
            }
        }
        for (Map.Entry<String, Schema> table : all.entrySet()) {
            ItemChanges changes = requireNonNull(byName.get(table.getKey()));
            try {
                changes.rows().widen(table.getValue());
            } catch (SchemaConflictException e) {
                throw changed(changes, e);
            }
        }
    }

    private static IllegalStateException changed(ItemChanges changes, SchemaConflictException e) {
        return new IllegalStateException(
                e.getMessage() + ". Change " + changes.table().key("columns")
                        + ", or start the job anew, without a savepoint",
                e);
    }

    /** For the state, in which each subtask's are kept: all that is known of all columns. */
    public List<Schema> schemas() {
        List<Schema> schemas = new ArrayList<>();
        byName.values().forEach(changes -> schemas.add(changes.schema()));
        return schemas;
    }
}
