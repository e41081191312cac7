package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Place;
import io.tributary.change.Position;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Writes one table's changelog into files, in one shape at a time.
 *
 * <p>All rows have the same key. If the columns of a table's key become others, rows of the new key have a writer of their own, so
 * that rows of the old one are still deleted by the old one.
 *
 * <p>A row that the present shape does not hold makes the table follow at once and starts a new epoch: files of their own
 * that are committed as a later snapshot. So a row written in the old shape and its delete in the new one never meet in
 * one snapshot, where the delete would have no effect.
 */
final class TableWriter {

    /** Half a minute, and a little more. */
    private static final int MOST_WAITS = 50;

    private final Table existing;
    private final CatalogAccess catalog;
    private final OutputFileFactory locations;
    private final WriteLimits limits;
    private final WriteMetrics metrics;
    private final StayedRows stayed;
    private final boolean byPlace;
    private final Map<Long, Route> routes = new HashMap<>();
    private final List<TableFiles> finished = new ArrayList<>();
    private final List<String> finishedLocations = new ArrayList<>();

    /** As it exists, or as it is planned. */
    private Table table;

    private long interval;
    private int epochs;
    private @Nullable TableShape shape;
    private @Nullable Route last;
    private @Nullable EpochWriter epoch;
    private Position position = Position.START;
    private long timestamp;
    private @Nullable Position replacement;
    /** Whether a committer knows of the plan. */
    private boolean isHandedOver;

    TableWriter(
            Table table,
            CatalogAccess catalog,
            OutputFileFactory locations,
            WriteLimits limits,
            WriteMetrics metrics,
            StayedRows stayed,
            boolean byPlace,
            long interval) {
        this.existing = table;
        this.table = table;
        this.catalog = catalog;
        this.locations = locations;
        this.limits = limits;
        this.metrics = metrics;
        this.stayed = stayed;
        this.byPlace = byPlace;
        this.interval = interval;
    }

    /**
     * Null if the row was written, else why it cannot be; then the row that it replaces stays.
     *
     * @param before the UPDATE_BEFORE of an UPDATE_AFTER; null for other kinds
     */
    @Nullable
    String write(@Nullable ChangelogRow before, ChangelogRow row) throws IOException {
        if (row.kind() == RowKind.DELETE) {
            String refusal = delete(row);
            return deleteWhereItStayed(row, row.place()) ? null : refusal;
        }
        Route route = route(row.schema());
        BinaryRowData projected = route.project(row.row(), false);
        String refusal = route.refusal(projected, false);
        if (refusal != null) {
            if (before != null) {
                leave(before, row);
            }
            return refusal;
        }
        if (before != null) {
            // Refused if the row never came into the table.
            delete(before);
        }
        deleteWhereItStayed(row, before == null ? null : before.place());
        Route now = route(row.schema());
        if (now != route) {
            // The deletes changed the shape.
            projected = now.project(row.row(), false);
        }
        Place place = epoch().write(requireNonNull(projected));
        if (place != null && row.receipt() != null) {
            row.receipt().written(place);
        }
        metrics.written();
        written(row);
        return null;
    }

    /** Null if the delete was written, else why it cannot be. */
    private @Nullable String delete(ChangelogRow row) throws IOException {
        Route route = route(row.schema());
        BinaryRowData projected = route.project(row.row(), true);
        String refusal = route.refusal(projected, true);
        if (refusal == null) {
            if (!epoch().delete(requireNonNull(projected), row.place())) {
                metrics.deletedByKey();
            }
            metrics.deleted();
            written(row);
        }
        return refusal;
    }

    private boolean deleteWhereItStayed(ChangelogRow row, @Nullable Place at) throws IOException {
        boolean hasStayed = false;
        for (ChangelogRow place : stayed.take(row)) {
            hasStayed |= delete(place.at(at)) == null;
        }
        return hasStayed;
    }

    /**
     * The row of a refused update stays. What comes next of its key names the place that the update would have moved it to: if
     * that is another, or cannot be told, the row's own is remembered.
     */
    private void leave(ChangelogRow before, ChangelogRow refused) throws IOException {
        BinaryRowData here = place(before);
        if (here != null && !stayed.isKnown(before) && !here.equals(place(refused))) {
            Schema located = located(before.schema());
            stayed.add(
                    before.in(located, Projection.of(before.schema(), located).apply(before.row())));
        }
    }

    /** By what the row would be found; null if it cannot be. */
    private @Nullable BinaryRowData place(ChangelogRow row) throws IOException {
        Route route = route(row.schema());
        BinaryRowData projected = route.project(row.row(), true);
        if (projected == null || route.refusal(projected, true) != null) {
            return null;
        }
        Schema rows = requireNonNull(shape).rows();
        return Projection.of(rows, only(rows, shape.partitions(table))).apply(projected);
    }

    private EpochWriter epoch() {
        if (epoch == null) {
            epoch = new EpochWriter(table, requireNonNull(shape), locations, limits, byPlace);
        }
        return epoch;
    }

    private void written(ChangelogRow row) {
        if (row.version().isAfter(position)) {
            position = row.version();
        }
        timestamp = Math.max(timestamp, row.timestamp());
    }

    /** All that the table holds goes with the commit of what is written until the next {@link #flush}, before this call too. */
    void replace(ChangelogRow entry) throws IOException, UnwritableException {
        become(catalog.call(warehouse -> TableShape.replacing(existing, entry.schema(), warehouse.settings())));
        replacement = entry.version();
        stayed.forget(entry.schema().tableId());
        written(entry);
    }

    /** Whether rows of the schema are found by the same columns, of types that go together. */
    boolean hasKeyOf(Schema schema) {
        if (shape == null || schema.relation() == 0 || shape.rows().relation() == 0) {
            return true;
        }
        Schema rows = shape.rows();
        int[] key = schema.key();
        boolean isSame = key.length == rows.keyArity();
        for (int i = 0; isSame && i < key.length; i++) {
            Column column = schema.columns().get(key[i]);
            int index = rows.indexOf(column, schema);
            Column own = index < 0 ? column : rows.columns().get(index);
            isSame = index == rows.key()[i] && (own.holds(column) || column.holds(own));
        }
        return isSame;
    }

    /** Deletes the row that an update replaces, of which the other half is in another writer. */
    void deleteReplaced(ChangelogRow before) throws IOException {
        delete(before);
    }

    /** Keys that it holds in memory. */
    int keys() {
        return epoch == null ? 0 : epoch.keys();
    }

    /** Finishes the files; what comes after them becomes a later snapshot of the same commit. */
    void endEpoch() throws IOException {
        if (epoch == null) {
            return;
        }
        epoch.finish();
        epoch.dataFiles().forEach(file -> finishedLocations.add(file.location()));
        epoch.deleteFiles().forEach(file -> finishedLocations.add(file.location()));
        PlacedDeletes deletes = epoch.placedDeletes();
        if (deletes != null && deletes.location() != null) {
            finishedLocations.add(deletes.location());
        }
        finished.add(new TableFiles(
                requireNonNull(shape).rows().table(),
                interval,
                epochs++,
                position,
                timestamp,
                json(epoch.dataFiles(), epoch.spec()),
                json(epoch.deleteFiles(), epoch.spec()),
                requireNonNull(shape).replaced(),
                shape.ids(),
                shape.names(),
                shape.plan(),
                epoch.placedDeletes(),
                epoch.smallRows()));
        epoch = null;
    }

    /** All that was written since the last call; what comes now belongs to the next interval. */
    List<TableFiles> flush(long nextInterval) throws IOException {
        endEpoch();
        List<TableFiles> files = replacement == null ? List.copyOf(finished) : replacing(replacement);
        replacement = null;
        finished.clear();
        finishedLocations.clear();
        interval = nextInterval;
        epochs = 0;
        position = Position.START;
        timestamp = 0;
        // Somebody may have mended the table meanwhile: conflicts are looked at again.
        routes.values().removeIf(Route::hasConflict);
        last = null;
        if (shape != null && shape.plan() != null) {
            isHandedOver = true;
            returnToExisting();
        }
        return files;
    }

    /** Each says so, because some may arrive in another checkpoint than others. */
    private List<TableFiles> replacing(Position version) {
        if (finished.isEmpty()) {
            TableShape current = requireNonNull(shape);
            return List.of(
                    TableFiles.replacement(current.rows().table(), interval, version, timestamp, current.plan()));
        }
        return finished.stream().map(files -> files.replacing(version)).collect(Collectors.toList());
    }

    /** Once the table is as it was planned. Until then rows are written for what it will be. */
    private void returnToExisting() throws IOException {
        if (isReplaced()) {
            table = existing;
            shape = null;
            routes.clear();
            isHandedOver = false;
        }
    }

    /** Deletes the files that were not handed over by {@link #flush}. */
    void abort() {
        if (epoch != null) {
            epoch.abort();
            epoch = null;
        }
        Tasks.foreach(finishedLocations).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
    }

    private Route route(Schema from) throws IOException {
        if (last != null && last.isFrom(from)) {
            return last;
        }
        Route route = routes.get(from.fingerprint());
        if (route == null) {
            route = find(from);
            routes.put(from.fingerprint(), route);
        }
        last = route;
        return route;
    }

    private Route find(Schema from) throws IOException {
        Schema located = located(from);
        String conflict;
        try {
            Schema to = follow(from);
            return Route.open(from, to, requireNonNull(shape).partitions(table));
        } catch (UnwritableException | SchemaConflictException e) {
            conflict = requireNonNull(e.getMessage());
        }
        try {
            Schema to = follow(located);
            return Route.deletesOnly(from, to, located, requireNonNull(shape).partitions(table), conflict);
        } catch (UnwritableException | SchemaConflictException e) {
            return Route.closed(from, conflict);
        }
    }

    /** The shape that rows are written in, which holds rows of the schema. */
    private Schema follow(Schema from) throws IOException, UnwritableException, SchemaConflictException {
        Schema wanted = shape == null ? from : shape.rows().merge(from);
        if (shape != null && isHeld(wanted, shape.rows())) {
            return shape.rows();
        }
        if (isHandedOver) {
            awaitReplacement();
        }
        TableShape present = shape;
        boolean isPlanned = !isHandedOver && shape != null && shape.plan() != null;
        become(catalog.call(warehouse -> isPlanned
                ? TableShape.replacing(existing, wanted, warehouse.settings())
                : TableShape.settle(existing, wanted, present, warehouse.settings())));
        return requireNonNull(shape).rows();
    }

    /** What comes from now on is written in the shape. */
    private void become(TableShape next) throws IOException {
        endEpoch();
        shape = next;
        table = next.plan() == null ? existing : next.plan().planned(existing);
        isHandedOver = false;
        routes.clear();
        last = null;
    }

    /** A committer replaces the table in the shape that it was told: what differs can follow only then. */
    private void awaitReplacement() throws IOException {
        for (int attempt = 1; !isReplaced(); attempt++) {
            if (attempt > MOST_WAITS) {
                throw new IOException(
                        "The content of Iceberg table " + existing.name() + " is to be replaced, which takes"
                                + " long, and its columns have changed again meanwhile: the job starts again from its last"
                                + " checkpoint, and takes that up when the table was replaced");
            }
            TableShape.pause(attempt);
        }
    }

    private boolean isReplaced() throws IOException {
        try {
            return catalog.call(warehouse -> {
                existing.refresh();
                return !existing.properties().containsKey(TablePlan.PROPERTY);
            });
        } catch (UnwritableException e) {
            throw new IllegalStateException("Nothing was to be written", e);
        }
    }

    private static boolean isHeld(Schema wanted, Schema rows) {
        return wanted.equals(rows)
                || (wanted.relation() > 0
                        && wanted.relation() == rows.relation()
                        && wanted.revision() == rows.revision()
                        && rows.columns().containsAll(wanted.columns()));
    }

    /** The schema with nothing but its key and the table's partition columns. */
    private Schema located(Schema from) {
        Set<String> names = new HashSet<>();
        if (shape == null) {
            table.spec().fields().forEach(field -> names.add(table.schema().findColumnName(field.sourceId())));
            return only(from, names);
        }
        Schema rows = shape.rows();
        for (String partition : shape.partitions(table)) {
            int index = from.indexOf(rows.columns().get(rows.indexOf(partition)), rows);
            if (index >= 0) {
                names.add(from.columns().get(index).name());
            }
        }
        return only(from, names);
    }

    /** The schema with nothing but its key and the named columns. */
    private static Schema only(Schema from, Set<String> names) {
        List<Column> columns = from.columns().stream()
                .filter(column ->
                        names.contains(column.name()) || from.keyNames().contains(column.name()))
                .collect(Collectors.toList());
        Schema only = Schema.of(from.table(), columns, from.keyNames());
        return from.relation() > 0 ? only.ofRelation(from.relation(), from.revision()) : only;
    }

    private static List<String> json(List<? extends ContentFile<?>> files, PartitionSpec spec) {
        return files.stream().map(file -> ContentFileParser.toJson(file, spec)).collect(Collectors.toList());
    }
}
