package io.tributary.sink.iceberg;

import io.tributary.change.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Which data files a snapshot has, by the numbers in their names: so that a place leads to its file, to the file that has the row since
 * maintenance has rewritten it, or to none. Files of others are not in it.
 */
final class PlaceIndex {

    /** What is read of a file: its partition and its spec come of themselves. */
    private static final List<String> COLUMNS = List.of(DataFile.FILE_PATH.name(), "partition", "record_count");

    private final Map<FileNumber, DataFile> files = new HashMap<>();
    /** Of tables that take vectors, what deletes rows of a data file by their places, by its location. */
    private final Map<String, List<DeleteFile>> deletes = new HashMap<>();

    private @Nullable Long snapshot;

    /** Which file has rows of a file that is gone since. */
    private final Map<FileNumber, Rewritten> rewritten = new HashMap<>();

    private final Function<String, KeptRows> keptRows;

    private PlaceIndex(@Nullable Long snapshot, Function<String, KeptRows> keptRows) {
        this.snapshot = snapshot;
        this.keptRows = keptRows;
    }

    private static final class Rewritten {
        private final DataFile file;
        private final KeptRows rows;

        private Rewritten(DataFile file, KeptRows rows) {
            this.file = file;
            this.rows = rows;
        }
    }

    /** Where a row is by now. */
    static final class Located {
        private final DataFile file;
        private final long row;

        private Located(DataFile file, long row) {
            this.file = file;
            this.row = row;
        }

        DataFile file() {
            return file;
        }

        long row() {
            return row;
        }
    }

    /** Of files that are about to be committed. */
    static PlaceIndex of(Collection<DataFile> files) {
        PlaceIndex index = empty();
        files.forEach(index::add);
        return index;
    }

    /** Of a table without a file. */
    static PlaceIndex empty() {
        return new PlaceIndex(null, location -> {
            throw new IllegalStateException("There is no file");
        });
    }

    /**
     * Reads all manifests of data files; and those of delete files, if rows of the files are deleted by vectors.
     *
     * @param keptRows of a rewritten file, by its location
     */
    static PlaceIndex of(Table table, @Nullable Snapshot snapshot, Function<String, KeptRows> keptRows) {
        if (snapshot == null) {
            return empty();
        }
        if (DeletesOfCommit.takesVectors(table)) {
            return withDeletes(table, snapshot, keptRows);
        }
        PlaceIndex index = new PlaceIndex(snapshot.snapshotId(), keptRows);
        for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
            try (CloseableIterable<DataFile> live =
                    ManifestFiles.read(manifest, table.io(), table.specs()).select(COLUMNS)) {
                for (DataFile file : live) {
                    index.add(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return index;
    }

    private static PlaceIndex withDeletes(Table table, Snapshot snapshot, Function<String, KeptRows> keptRows) {
        PlaceIndex index = new PlaceIndex(snapshot.snapshotId(), keptRows);
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                index.add(task.file());
                List<DeleteFile> places = task.deletes().stream()
                        .filter(file -> file.content() == FileContent.POSITION_DELETES)
                        .collect(Collectors.toList());
                if (!places.isEmpty()) {
                    index.deletes.put(task.file().location(), places);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return index;
    }

    private void add(DataFile file) {
        FileNumber number = FileNumber.of(file.location());
        if (number != null) {
            files.put(number, file.copyWithoutStats());
        } else if (FileNumber.isRewritten(file.location()) || FileNumber.isOfSeveral(file.location())) {
            KeptRows named = FileNumber.rows(file.location(), file.recordCount());
            KeptRows rows = named == null ? keptRows.apply(file.location()) : named;
            Rewritten home = new Rewritten(file.copyWithoutStats(), rows);
            rows.files().forEach(original -> rewritten.put(original, home));
        }
    }

    /** Whether it says what this snapshot has; null is that of an empty table. */
    boolean isOf(@Nullable Snapshot other) {
        return other == null ? snapshot == null : snapshot != null && snapshot == other.snapshotId();
    }

    /** Which snapshot it tells of; null if the table is empty. */
    @Nullable
    Long snapshot() {
        return snapshot;
    }

    /**
     * The newest snapshot has these files more.
     *
     * @param vectors each in place of all that deleted rows of its data file
     */
    void follow(Snapshot newest, Collection<DataFile> added, Collection<DeleteFile> vectors) {
        added.forEach(this::add);
        vectors.forEach(vector -> deletes.put(vector.referencedDataFile(), List.of(vector)));
        snapshot = newest.snapshotId();
    }

    /** Null if the snapshot does not have the row, as far as places tell. */
    @Nullable
    Located find(Place place) {
        FileNumber number = FileNumber.of(place);
        DataFile original = files.get(number);
        if (original != null) {
            return new Located(original, place.row());
        }
        Rewritten home = rewritten.get(number);
        long row = home == null ? -1 : home.rows.find(number, place);
        return home == null || row < 0 ? null : new Located(home.file, row);
    }

    /** What deletes rows of the file by their places; nothing is known of tables that take no vectors. */
    List<DeleteFile> deletesOf(String location) {
        return deletes.getOrDefault(location, List.of());
    }
}
