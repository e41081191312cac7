package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives up what the state has of tables that are captured no longer, and deletes their rows from the targets if that is wanted. */
final class Removal {

    private static final Logger LOG = LoggerFactory.getLogger(Removal.class);

    private final ValueStateDescriptor<LatestRow> rows;
    private final RowShapes shapes;
    private final Changelog changelog;
    private final RemovedTables tables;
    private final FilledTables filledTables;
    private final KeptRules keptRules;
    private final LatestSettings.RemovedTable onRemovedTable;
    private final WholeTable.Placings placings;

    Removal(
            ValueStateDescriptor<LatestRow> rows,
            RowShapes shapes,
            Changelog changelog,
            RemovedTables tables,
            FilledTables filledTables,
            KeptRules keptRules,
            LatestSettings.RemovedTable onRemovedTable,
            WholeTable.Placings placings) {
        this.rows = rows;
        this.shapes = shapes;
        this.changelog = changelog;
        this.tables = tables;
        this.filledTables = filledTables;
        this.keptRules = keptRules;
        this.onRemovedTable = onRemovedTable;
        this.placings = placings;
    }

    /** A table that was removed came again while the job runs. */
    static void warnOfReturn(String table) {
        LOG.warn(
                "Table {} is captured again, and its targets have rows of when it was captured before: those that were"
                        + " deleted in the source since stay there",
                table);
    }

    /** To be called as soon as the job runs. Goes over all keys of the state, if there is such a table. */
    void settle(
            long timestamp,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context,
            Collector<ChangelogRow> out)
            throws Exception {
        Set<String> removed = Set.copyOf(tables.pending());
        if (removed.isEmpty()) {
            return;
        }
        Set<Long> ids = new HashSet<>();
        removed.forEach(table -> ids.add(Schema.tableId(table)));
        boolean deletes = onRemovedTable == LatestSettings.RemovedTable.DELETE;
        context.applyToKeyedState(rows, (key, state) -> {
            LatestRow row = ids.contains(key.table()) ? state.value() : null;
            if (row == null) {
                return;
            }
            if (deletes && row.isVisible()) {
                Change delete =
                        Change.delete(shapes.of(row).schema(), row.position().next(), timestamp, key.key());
                changelog.emit(
                        row,
                        LatestRow.tombstone(delete.position()),
                        delete,
                        false,
                        placings.of(out).from(row.places()));
            }
            state.clear();
        });
        for (MapStateDescriptor<Long, ?> known :
                List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)) {
            for (Long id : ids) {
                context.getBroadcastState(known).remove(id);
            }
        }
        shapes.forget(ids);
        filledTables.forget(removed);
        keptRules.forget(removed);
        tables.settle(!deletes);
        LOG.info(
                "Tables {} are captured no longer: what the state had of them is given up, and their rows {} the targets",
                removed,
                deletes ? "are deleted from" : "stay in");
    }
}
