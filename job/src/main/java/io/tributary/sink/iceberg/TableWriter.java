package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
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
import org.apache.iceberg.Table;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Writes one table's changelog into files, in one shape at a time.
 *
 * <p>A row that the present shape does not hold makes the table follow at once and starts a new epoch: files of their own
 * that are committed as a later snapshot. So a row written in the old shape and its delete in the new one never meet in
 * one snapshot, where the delete would have no effect.
 */
final class TableWriter {

    private final Table table;
    private final CatalogAccess catalog;
    private final OutputFileFactory locations;
    private final int openFiles;
    private final WriteMetrics metrics;
    private final Map<Long, Route> routes = new HashMap<>();
    private final List<TableFiles> finished = new ArrayList<>();
    private final List<String> finishedLocations = new ArrayList<>();

    private long interval;
    private int epochs;
    private @Nullable TableShape shape;
    private @Nullable Route last;
    private @Nullable EpochWriter epoch;
    private Position position = Position.START;
    private long timestamp;

    TableWriter(
            Table table,
            CatalogAccess catalog,
            OutputFileFactory locations,
            int openFiles,
            WriteMetrics metrics,
            long interval) {
        this.table = table;
        this.catalog = catalog;
        this.locations = locations;
        this.openFiles = openFiles;
        this.metrics = metrics;
        this.interval = interval;
    }

    /** Null if the row was written, else why it cannot be. */
    @Nullable
    String write(ChangelogRow row) throws IOException {
        Route route = route(row.schema());
        boolean deletes = row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE;
        BinaryRowData projected = route.project(row.row(), deletes);
        if (projected == null) {
            return route.conflict();
        }
        String misfit = route.misfit(projected, deletes);
        if (misfit != null) {
            return misfit;
        }
        if (epoch == null) {
            epoch = new EpochWriter(table, requireNonNull(shape), locations, openFiles);
        }
        if (deletes) {
            epoch.delete(projected);
            metrics.deleted();
        } else {
            epoch.write(projected);
            metrics.written();
        }
        if (row.version().isAfter(position)) {
            position = row.version();
        }
        timestamp = Math.max(timestamp, row.timestamp());
        return null;
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
        finished.add(new TableFiles(
                requireNonNull(shape).rows().table(),
                interval,
                epochs++,
                position,
                timestamp,
                json(epoch.dataFiles()),
                json(epoch.deleteFiles()),
                requireNonNull(shape).replaced()));
        epoch = null;
    }

    /** All that was written since the last call; what comes now belongs to the next interval. */
    List<TableFiles> flush(long nextInterval) throws IOException {
        endEpoch();
        List<TableFiles> files = List.copyOf(finished);
        finished.clear();
        finishedLocations.clear();
        interval = nextInterval;
        epochs = 0;
        position = Position.START;
        timestamp = 0;
        // Somebody may have mended the table meanwhile: conflicts are looked at again.
        routes.values().removeIf(Route::hasConflict);
        last = null;
        return files;
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
            return Route.open(from, follow(from), located);
        } catch (UnwritableException | SchemaConflictException e) {
            conflict = requireNonNull(e.getMessage());
        }
        try {
            return Route.deletesOnly(from, follow(located), located, conflict);
        } catch (UnwritableException | SchemaConflictException e) {
            return Route.closed(from, conflict);
        }
    }

    /** The shape that rows are written in, which holds rows of the schema. */
    private Schema follow(Schema from) throws IOException, UnwritableException, SchemaConflictException {
        Schema wanted = shape == null ? from : shape.rows().merge(from);
        if (shape != null && wanted.equals(shape.rows())) {
            return wanted;
        }
        TableShape next = catalog.call(warehouse -> TableShape.settle(table, wanted));
        endEpoch();
        shape = next;
        routes.clear();
        return next.rows();
    }

    /** The schema with nothing but its key and the table's partition columns. */
    private Schema located(Schema from) {
        Set<String> names = new HashSet<>(from.keyNames());
        table.spec().fields().forEach(field -> names.add(table.schema().findColumnName(field.sourceId())));
        List<Column> columns = from.columns().stream()
                .filter(column -> names.contains(column.name()))
                .collect(Collectors.toList());
        return Schema.of(from.table(), columns, from.keyNames());
    }

    private List<String> json(List<? extends ContentFile<?>> files) {
        return files.stream()
                .map(file -> ContentFileParser.toJson(file, table.specs().get(file.specId())))
                .collect(Collectors.toList());
    }
}
