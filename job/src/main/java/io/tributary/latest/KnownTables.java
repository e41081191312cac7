package io.tributary.latest;

import io.tributary.change.FilledTables;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * What the state says of tables beside their rows: in which shapes these are, how they were kept, which tables were read to the end,
 * which targets were filled before, and which tables are captured no longer.
 */
final class KnownTables {

    private final ListState<Schema> dictionary;
    private final RowShapes shapes;
    private final KeptRules rules;
    private final Retained retained;
    private final HashedTables hashed;
    private final UnreadTables unread;
    private final FilledTables filled;
    private final RemovedTables removed;
    private final boolean isNew;

    private KnownTables(
            FunctionInitializationContext context,
            LatestSettings settings,
            Retention retention,
            Map<String, Long> columnRules,
            FilledTables filled,
            RemovedTables removed)
            throws Exception {
        this.filled = filled;
        this.removed = removed;
        rules = KeptRules.restore(context, columnRules);
        shapes = new RowShapes(retention);
        dictionary = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("schemas", WireType.SCHEMA));
        retained = Retained.restore(context);
        hashed = HashedTables.restore(context, retention);
        filled.restore(context);
        List<Schema> known = new ArrayList<>();
        dictionary.get().forEach(known::add);
        isNew = known.isEmpty() && filled.isNew();
        unread = UnreadTables.restore(context);
        Set<String> seen = known.stream().map(Schema::table).collect(Collectors.toSet());
        removed.restore(context, seen, filled.names(), settings.onRemovedTable());
        for (Schema schema : known) {
            if (removed.pending().contains(schema.table())) {
                retained.restoreAsItWas(schema, shapes);
            } else {
                retained.restore(schema, shapes, hashed);
            }
        }
    }

    /** @param columnRules by table, as {@link KeptRules} has them: a state whose rows came in another way is refused */
    static KnownTables restore(
            FunctionInitializationContext context,
            LatestSettings settings,
            Retention retention,
            Map<String, Long> columnRules,
            FilledTables filled,
            RemovedTables removed)
            throws Exception {
        return new KnownTables(context, settings, retention, columnRules, filled, removed);
    }

    /** Fails if the state has other types of these tables' columns. */
    void check(Collection<Schema> declared) {
        for (Schema table : declared) {
            String contradiction = shapes.contradiction(table);
            if (contradiction != null) {
                throw new SuppressRestartsException(new IllegalStateException(
                        contradiction + ". Change the declaration, or start the job anew, without a savepoint"));
            }
        }
    }

    /** Whether there was nothing in the state. */
    boolean isNew() {
        return isNew;
    }

    RowShapes shapes() {
        return shapes;
    }

    KeptRules rules() {
        return rules;
    }

    HashedTables hashed() {
        return hashed;
    }

    UnreadTables unread() {
        return unread;
    }

    Set<String> names() {
        return shapes.all().stream().map(shape -> shape.schema().table()).collect(Collectors.toSet());
    }

    /** Whether all rows of the table that can be shown are in the state, and whole. */
    boolean isWhole(long table) {
        return hashed.isWhole(table) && !unread.contains(table);
    }

    void snapshot(int subtask) throws Exception {
        dictionary.update(shapes.all().stream().map(RowShape::schema).collect(Collectors.toList()));
        retained.snapshot(shapes.all());
        rules.snapshot(subtask);
        hashed.snapshot(subtask);
        unread.snapshot(subtask);
        filled.met(names());
        removed.met(names()).forEach(Removal::warnOfReturn);
        removed.snapshot();
    }
}
