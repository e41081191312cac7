package io.tributary.sink.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.StructLikeWrapper;
import org.apache.iceberg.util.Tasks;
import org.roaringbitmap.RoaringBitmap;

/**
 * One round of maintenance of one table: small files and files with many deleted rows become one, position-delete files of a
 * partition become one, delete files that apply to nothing go, and snapshots expire that are old.
 *
 * <p>It runs between two commits of the table's only writer, so nothing of ours comes meanwhile; if somebody else deletes rows of
 * the files meanwhile, Iceberg refuses the commit, and the next round tries again. A rewritten file has the sequence number of before, so
 * what deletes rows by keys later finds them there; what deletes them by places finds them by {@link KeptRows}.
 *
 * <p>Tables of other formats than Parquet, and of format version 3, whose rows have numbers of their own, only lose old snapshots.
 */
final class Maintenance {

    /** Fewer small files of a partition are left alone. */
    private static final int FEWEST = 5;

    /** A file of which more rows are deleted is rewritten, however large it is. */
    private static final double MOST_DELETED = 0.2;

    /** A file is small if so many of its size would be one. */
    private static final int SMALL = 4;

    /** What a round has done. */
    static final class Outcome {
        private int rewritten;
        private int written;
        private int deletesRemoved;

        /** Of a table to which nothing was committed. */
        static Outcome nothing() {
            return new Outcome();
        }

        int rewritten() {
            return rewritten;
        }

        boolean isNothing() {
            return rewritten == 0 && deletesRemoved == 0;
        }

        @Override
        public String toString() {
            return rewritten + " data files became " + written + ", and " + deletesRemoved + " delete files are gone";
        }
    }

    /** Files of one partition. */
    private static final class Group {
        private final List<FileScanTask> tasks = new ArrayList<>();
        private final Map<String, DeleteFile> byPlace = new LinkedHashMap<>();
    }

    private final Table table;
    private final String branch;
    private final Map<String, String> summary;
    private final MaintenanceSettings settings;
    private final Set<DataFile> replaced = new HashSet<>();
    private final List<DataFile> added = new ArrayList<>();
    private final Map<String, DeleteFile> removed = new LinkedHashMap<>();
    private final List<DeleteFile> merged = new ArrayList<>();
    private long budget;

    /** @param summary of the newest snapshot of the sink, which goes into that of the round */
    Maintenance(Table table, String branch, Map<String, String> summary, MaintenanceSettings settings) {
        this.table = table;
        this.branch = branch;
        this.summary = summary;
        this.settings = settings;
        this.budget = settings.roundBytes();
    }

    Outcome run() throws IOException {
        Outcome outcome = new Outcome();
        Snapshot base = table.snapshot(branch);
        if (base != null && !DeletesOfCommit.takesVectors(table) && hasNoNameMapping()) {
            try {
                rewrite(base);
            } catch (IOException | RuntimeException e) {
                abort();
                throw e;
            }
            outcome.rewritten = replaced.size();
            outcome.written = added.size();
            outcome.deletesRemoved = removed.size() - merged.size();
        }
        expire();
        return outcome;
    }

    /** Files without field ids are of others. */
    private boolean hasNoNameMapping() {
        return !table.properties().containsKey(TableProperties.DEFAULT_NAME_MAPPING);
    }

    private void rewrite(Snapshot base) throws IOException {
        Map<Integer, Map<StructLikeWrapper, Group>> groups = new HashMap<>();
        Set<String> applied = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(base.snapshotId()).planFiles()) {
            for (FileScanTask task : tasks) {
                StructLikeWrapper partition = StructLikeWrapper.forType(
                                task.spec().partitionType())
                        .set(task.file().partition());
                Group group = groups.computeIfAbsent(task.spec().specId(), spec -> new HashMap<>())
                        .computeIfAbsent(partition, first -> new Group());
                group.tasks.add(task);
                for (DeleteFile file : task.deletes()) {
                    applied.add(file.location());
                    if (file.content() == FileContent.POSITION_DELETES) {
                        group.byPlace.put(file.location(), file);
                    }
                }
            }
        }
        removeUnapplied(base, applied);
        for (Map<StructLikeWrapper, Group> ofSpec : groups.values()) {
            for (Group group : ofSpec.values()) {
                tend(group);
            }
        }
        if (!replaced.isEmpty() || !removed.isEmpty()) {
            commit(base);
        }
    }

    /** Their rows, or the files of these, are gone. */
    private void removeUnapplied(Snapshot base, Set<String> applied) throws IOException {
        for (ManifestFile manifest : base.deleteManifests(table.io())) {
            try (CloseableIterable<DeleteFile> live =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                for (DeleteFile file : live) {
                    if (!applied.contains(file.location())) {
                        removed.put(file.location(), file.copy());
                    }
                }
            }
        }
    }

    private void tend(Group group) throws IOException {
        if (!isParquet(group)) {
            return;
        }
        Map<String, RoaringBitmap> deleted = FileMerge.deleted(table, group.byPlace.values());
        List<FileScanTask> chosen = chosen(group, deleted);
        if (!chosen.isEmpty()) {
            DataFile file = new FileMerge(table, deleted).merge(chosen);
            if (file != null) {
                added.add(file);
            }
            chosen.forEach(task -> replaced.add(task.file()));
        }
        if (!group.byPlace.isEmpty() && (!chosen.isEmpty() || group.byPlace.size() > 1)) {
            mergeDeletes(group, chosen, deleted);
        }
    }

    private static boolean isParquet(Group group) {
        return group.tasks.stream().allMatch(task -> task.file().format() == FileFormat.PARQUET)
                && group.byPlace.values().stream().allMatch(file -> file.format() == FileFormat.PARQUET);
    }

    /** Files of which many rows are deleted, and small ones of about a size if there are some, up to what a round may read. */
    private List<FileScanTask> chosen(Group group, Map<String, RoaringBitmap> deleted) {
        List<FileScanTask> wanted = new ArrayList<>();
        List<FileScanTask> small = new ArrayList<>();
        for (FileScanTask task : group.tasks) {
            if (isDeleted(task, deleted)) {
                wanted.add(task);
            } else if (task.file().fileSizeInBytes() < Math.min(settings.roundBytes(), targetSize()) / SMALL) {
                small.add(task);
            }
        }
        wanted.addAll(ofOneSize(small));
        List<FileScanTask> chosen = new ArrayList<>();
        for (FileScanTask task : wanted) {
            long size = task.file().fileSizeInBytes();
            if (size <= budget || budget == settings.roundBytes()) {
                chosen.add(task);
                budget = Math.max(0, budget - size);
            }
        }
        boolean isOfNoUse = chosen.size() == 1 && !isDeleted(chosen.get(0), deleted);
        return isOfNoUse ? List.of() : chosen;
    }

    /** Those of the largest size of which there are some, and all that are smaller: so a row is not rewritten each time. */
    private static List<FileScanTask> ofOneSize(List<FileScanTask> small) {
        TreeMap<Integer, List<FileScanTask>> bySize = new TreeMap<>();
        for (FileScanTask task : small) {
            int digits = (Long.SIZE - Long.numberOfLeadingZeros(task.file().fileSizeInBytes())) / 2;
            bySize.computeIfAbsent(digits, first -> new ArrayList<>()).add(task);
        }
        List<FileScanTask> found = new ArrayList<>();
        List<FileScanTask> smaller = new ArrayList<>();
        for (List<FileScanTask> ofSize : bySize.values()) {
            smaller.addAll(ofSize);
            if (smaller.size() >= FEWEST && (ofSize.size() >= FEWEST || found.isEmpty())) {
                found = List.copyOf(smaller);
            }
        }
        return found;
    }

    private static boolean isDeleted(FileScanTask task, Map<String, RoaringBitmap> deleted) {
        RoaringBitmap rows = deleted.get(task.file().location());
        long byPlace = rows == null ? 0 : rows.getLongCardinality();
        long byKey = task.deletes().stream()
                .filter(file -> file.content() == FileContent.EQUALITY_DELETES)
                .count();
        return byPlace > task.file().recordCount() * MOST_DELETED || byKey >= FEWEST;
    }

    private long targetSize() {
        return PropertyUtil.propertyAsLong(
                table.properties(),
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
    }

    /** Into one, of what is still there. */
    private void mergeDeletes(Group group, List<FileScanTask> chosen, Map<String, RoaringBitmap> deleted)
            throws IOException {
        Set<String> gone = new HashSet<>();
        chosen.forEach(task -> gone.add(task.file().location()));
        DeletesOfCommit deletes = new DeletesOfCommit(table, null, PlaceIndex.empty());
        for (FileScanTask task : group.tasks) {
            RoaringBitmap rows = deleted.get(task.file().location());
            if (rows != null && !gone.contains(task.file().location())) {
                for (int row : rows) {
                    deletes.add(task.file(), row, false);
                }
            }
        }
        deletes.finish();
        merged.addAll(deletes.files());
        removed.putAll(group.byPlace);
    }

    private void commit(Snapshot base) {
        RewriteFiles rewrite = table.newRewrite()
                .validateFromSnapshot(base.snapshotId())
                .dataSequenceNumber(base.sequenceNumber())
                .toBranch(branch);
        replaced.forEach(rewrite::deleteFile);
        removed.values().forEach(rewrite::deleteFile);
        added.forEach(rewrite::addFile);
        merged.forEach(file -> rewrite.addFile(file, base.sequenceNumber()));
        summary.forEach(rewrite::set);
        rewrite.commit();
    }

    private void abort() {
        List<String> written = new ArrayList<>();
        added.forEach(file -> written.add(file.location()));
        merged.forEach(file -> written.add(file.location()));
        Tasks.foreach(written).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
    }

    /**
     * What a branch or tag names stays, and with it the sink's newest. Each is named, because Iceberg then looks which files are still
     * needed; else it deletes a file of several vectors as soon as one of these is replaced.
     */
    private void expire() {
        Set<Long> named = new HashSet<>();
        table.refs().values().forEach(ref -> named.add(ref.snapshotId()));
        long oldest = System.currentTimeMillis() - settings.snapshotAge().toMillis();
        List<Long> expired = new ArrayList<>();
        for (Snapshot snapshot : table.snapshots()) {
            if (snapshot.timestampMillis() <= oldest && !named.contains(snapshot.snapshotId())) {
                expired.add(snapshot.snapshotId());
            }
        }
        if (expired.isEmpty()
                || !PropertyUtil.propertyAsBoolean(
                        table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT)) {
            return;
        }
        ExpireSnapshots expiring = table.expireSnapshots();
        expired.forEach(expiring::expireSnapshotId);
        expiring.commit();
    }
}
