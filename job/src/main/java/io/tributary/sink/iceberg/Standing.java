package io.tributary.sink.iceberg;

import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What became of a table since a job committed to it last, as far as its metadata tells. */
public enum Standing {
    /** Nobody has taken anything of what was committed. */
    WHOLE,

    /** No job has committed anything to the table, or there is no table. */
    UNWRITTEN,

    /** Somebody else has deleted rows since. */
    LACKING,

    /** What it holds does not come of what was committed: it was rolled back, or replaced. */
    OTHER;

    /** What a foreign snapshot may have taken away, in its summary. */
    private static final List<String> TAKEN = List.of(
            SnapshotSummary.DELETED_FILES_PROP,
            SnapshotSummary.ADDED_POS_DELETES_PROP,
            SnapshotSummary.ADDED_EQ_DELETES_PROP);

    static Standing of(@Nullable Table table, String branch) {
        if (table == null) {
            return UNWRITTEN;
        }
        Snapshot newest = StreamSupport.stream(table.snapshots().spliterator(), false)
                .filter(Standing::isOfAJob)
                .max(Comparator.comparingLong(Snapshot::sequenceNumber))
                .orElse(null);
        if (newest == null) {
            return UNWRITTEN;
        }
        boolean isLacking = false;
        Snapshot snapshot = table.snapshot(branch);
        while (snapshot != null && !isOfAJob(snapshot)) {
            isLacking |= takesRows(snapshot);
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        if (snapshot == null || snapshot.snapshotId() != newest.snapshotId()) {
            return OTHER;
        }
        return isLacking ? LACKING : WHOLE;
    }

    private static boolean isOfAJob(Snapshot snapshot) {
        return snapshot.summary().containsKey(Commits.SINK);
    }

    /** Maintenance writes the same rows into other files. */
    private static boolean takesRows(Snapshot snapshot) {
        return !DataOperations.REPLACE.equals(snapshot.operation())
                && TAKEN.stream()
                        .anyMatch(property -> !"0".equals(snapshot.summary().getOrDefault(property, "0")));
    }
}
