package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * Makes delete files of the rows of one table that writers delete by their places. It knows the table's files as of the snapshot that
 * was there last, reads them anew where somebody else has committed since, and has Iceberg check at the commit that they are all still
 * there.
 *
 * <p>A row whose place is in none of the table's files has been moved, or rolled back: it is deleted by its key instead, wherever it
 * was before the commit.
 */
final class Places {

    private final Table table;
    private final String branch;
    /** Of rewritten files, by their locations: they never change. */
    private final Map<String, KeptRows> keptRows = new HashMap<>();

    private @Nullable PlaceIndex index;

    Places(Table table, String branch) {
        this.table = table;
        this.branch = branch;
    }

    /**
     * The delete files of a commit, which are written now.
     *
     * @param planned the table as it is to be
     * @param replaces whether nothing is left of what the table has
     */
    DeletesOfCommit resolve(Table planned, Collection<TableFiles> files, boolean replaces) {
        Snapshot base = table.snapshot(branch);
        if (files.stream().allMatch(part -> part.deletes() == null)) {
            return DeletesOfCommit.none();
        }
        List<DataFile> written = new ArrayList<>();
        files.forEach(part -> written.addAll(TableCommit.dataFiles(planned, part)));
        PlaceIndex own = PlaceIndex.of(written);
        PlaceIndex live = replaces ? PlaceIndex.empty() : live(base);
        DeletesOfCommit deletes = new DeletesOfCommit(planned, base == null ? null : base.snapshotId(), live);
        try {
            for (TableFiles part : files) {
                PlacedDeletes rows = part.deletes();
                if (rows != null) {
                    KeyDeletes keys = new KeyDeletes(planned, rows);
                    rows.forEach(table.io(), (place, key) -> delete(place, key, own, live, replaces, keys, deletes));
                    deletes.add(keys);
                }
            }
            deletes.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deletes;
    }

    private static void delete(
            Place place,
            @Nullable BinaryRowData key,
            PlaceIndex own,
            PlaceIndex live,
            boolean replaces,
            KeyDeletes keys,
            DeletesOfCommit deletes)
            throws IOException {
        PlaceIndex.Located now = own.find(place);
        if (now != null) {
            deletes.add(now.file(), now.row(), false);
            return;
        }
        if (key == null) {
            throw new IllegalStateException(place + " is not in the commit that wrote it");
        }
        PlaceIndex.Located before = live.find(place);
        if (before != null) {
            deletes.add(before.file(), before.row(), true);
        } else if (!replaces) {
            keys.delete(key);
        }
    }

    private PlaceIndex live(@Nullable Snapshot base) {
        PlaceIndex known = index;
        if (known == null || !known.isOf(base)) {
            Map<String, KeptRows> before = Map.copyOf(keptRows);
            keptRows.clear();
            known = PlaceIndex.of(
                    table,
                    base,
                    location -> keptRows.computeIfAbsent(
                            location,
                            file -> before.containsKey(file)
                                    ? requireNonNull(before.get(file))
                                    : Footer.keptRows(table.io().newInputFile(file))));
            index = known;
        }
        return known;
    }

    /** Somebody else has changed the table. */
    void forget() {
        index = null;
    }

    /**
     * The commit was made.
     *
     * @param before the newest snapshot when it began
     * @param snapshots how many it has
     */
    void committed(
            @Nullable Snapshot before, int snapshots, List<DataFile> added, DeletesOfCommit deletes, boolean replaces) {
        PlaceIndex known = index;
        Snapshot newest = table.snapshot(branch);
        if (known == null || newest == null) {
            return;
        }
        Snapshot first = newest;
        for (int i = 1; i < snapshots && first != null; i++) {
            Long parent = first.parentId();
            first = parent == null ? null : table.snapshot(parent);
        }
        Long parent = first == null ? Long.valueOf(-1) : first.parentId();
        boolean isAlone = before == null ? parent == null : parent != null && parent == before.snapshotId();
        if (replaces || !isAlone || !known.isOf(before)) {
            forget();
            return;
        }
        known.follow(newest, added, deletes.vectors());
    }
}
