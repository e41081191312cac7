package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** The files that a table consists of, as its manifests tell. */
final class LiveFiles {

    private LiveFiles() {}

    /** Whether any of the files is one of the table's: files of one commit are so all at once. */
    static boolean haveAny(Table table, @Nullable Snapshot snapshot, Collection<String> files) {
        if (snapshot == null) {
            return false;
        }
        Set<String> locations = Set.copyOf(files);
        for (ManifestFile manifest : snapshot.allManifests(table.io())) {
            try (CloseableIterable<? extends ContentFile<?>> live = read(manifest, table)) {
                for (ContentFile<?> file : live) {
                    if (locations.contains(file.location())) {
                        return true;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return false;
    }

    /** Whether any of a branch's files may have rows of which the expression is true. */
    static boolean haveAny(Table table, String branch, Expression rows) {
        if (table.snapshot(branch) == null) {
            return false;
        }
        try (CloseableIterable<FileScanTask> files =
                table.newScan().useRef(branch).filter(rows).planFiles()) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CloseableIterable<? extends ContentFile<?>> read(ManifestFile manifest, Table table) {
        List<String> columns = List.of(DataFile.FILE_PATH.name());
        return manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs()).select(columns)
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())
                        .select(columns);
    }
}
