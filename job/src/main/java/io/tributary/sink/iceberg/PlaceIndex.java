package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * Which data files a snapshot has, by the numbers in their names: so that a place leads to its file, or to none. Files of others are
 * not in it.
 */
final class PlaceIndex {

    /** What is read of a file: its partition and its spec come of themselves. */
    private static final List<String> COLUMNS = List.of(DataFile.FILE_PATH.name(), "partition", "record_count");

    private final Map<FileNumber, DataFile> files = new HashMap<>();
    /** Of tables that take vectors, what deletes rows of a data file by their places, by its location. */
    private final Map<String, List<DeleteFile>> deletes = new HashMap<>();

    private @Nullable Long snapshot;

    private PlaceIndex(@Nullable Long snapshot) {
        this.snapshot = snapshot;
    }

    /** Reads all manifests of data files; and those of delete files, if rows of the files are deleted by vectors. */
    static PlaceIndex of(Table table, @Nullable Snapshot snapshot) {
        if (snapshot == null) {
            return new PlaceIndex(null);
        }
        if (DeletesOfCommit.takesVectors(table)) {
            return withDeletes(table, snapshot);
        }
        PlaceIndex index = new PlaceIndex(snapshot.snapshotId());
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

    private static PlaceIndex withDeletes(Table table, Snapshot snapshot) {
        PlaceIndex index = new PlaceIndex(snapshot.snapshotId());
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

    /** Null if the snapshot has no such file. */
    @Nullable
    DataFile find(FileNumber number) {
        return files.get(number);
    }

    /** What deletes rows of the file by their places; nothing is known of tables that take no vectors. */
    List<DeleteFile> deletesOf(String location) {
        return deletes.getOrDefault(location, List.of());
    }
}
