package io.tributary.sink.iceberg;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.jspecify.annotations.Nullable;

/**
 * What was committed to one table, what it consists of, and up to when it is complete.
 *
 * <p>Totals are those of the snapshot that was there when the table was last looked at, which each commit ends with.
 */
final class CommitMetrics {

    private final Counter commits;
    private final Counter dataFilesCommitted;
    private final Counter deleteFilesCommitted;
    private final Counter deletesByKey;
    private final Counter rounds;
    private final Counter failedRounds;
    private final Counter filesRewritten;
    private final AtomicLong dataFiles = new AtomicLong();
    private final AtomicLong deleteFiles = new AtomicLong();
    private volatile long lastCommit;
    private volatile long lastTimestamp;
    private volatile boolean isSourceTold;
    private volatile long completeTime;
    private volatile long lastRound;

    /** @param completeTime until a checkpoint is complete, the table's age counts from here; milliseconds since 1970 */
    CommitMetrics(MetricGroup operator, String table, long completeTime) {
        MetricGroup group = operator.addGroup("table", table);
        this.completeTime = completeTime;
        commits = group.counter("commits");
        dataFilesCommitted = group.counter("dataFilesCommitted");
        deleteFilesCommitted = group.counter("deleteFilesCommitted");
        deletesByKey = group.counter("movedRowsDeletedByKey");
        rounds = group.counter("maintenanceRounds");
        failedRounds = group.counter("maintenanceFailures");
        filesRewritten = group.counter("dataFilesRewritten");
        group.gauge("lastMaintenanceTime", () -> lastRound);
        group.gauge("dataFiles", dataFiles::get);
        group.gauge("deleteFiles", deleteFiles::get);
        group.gauge("lastCommitTime", () -> lastCommit);
        group.gauge("lastCommitSourceTime", () -> lastTimestamp);
        group.gauge("completeTime", () -> this.completeTime);
        group.gauge("completeAgeMilliseconds", this::completeAge);
    }

    /** Rows whose places were none of the table's any more. */
    void deletedByKey(long rows) {
        deletesByKey.inc(rows);
    }

    /** Files with rows that commits have added. */
    void added(long files) {
        dataFilesCommitted.inc(files);
    }

    /** A round of maintenance; null if it failed. */
    void tended(Maintenance.@Nullable Outcome outcome) {
        if (outcome == null) {
            failedRounds.inc();
            return;
        }
        rounds.inc();
        filesRewritten.inc(outcome.rewritten());
        lastRound = System.currentTimeMillis();
    }

    /** In milliseconds. */
    long completeAge() {
        return Math.max(0, System.currentTimeMillis() - completeTime);
    }

    /**
     * What was found in the table.
     *
     * @param newest the table's newest snapshot
     * @param ours the newest one of this sink
     */
    void found(@Nullable Snapshot newest, @Nullable Snapshot ours) {
        if (newest != null) {
            dataFiles.set(total(newest, SnapshotSummary.TOTAL_DATA_FILES_PROP));
            deleteFiles.set(total(newest, SnapshotSummary.TOTAL_DELETE_FILES_PROP));
        }
        if (ours != null) {
            lastCommit = Math.max(lastCommit, ours.timestampMillis());
            boolean tells = ours.summary().containsKey(CompleteUntil.TIME);
            sourceTime(total(ours, tells ? CompleteUntil.TIME : Commits.TIMESTAMP), tells);
        }
    }

    private static long total(Snapshot snapshot, String property) {
        Map<String, String> summary = snapshot.summary();
        return Long.parseLong(summary.getOrDefault(property, "0"));
    }

    void committed(Collection<List<TableFiles>> checkpoints) {
        commits.inc(checkpoints.size());
        long deletes = 0;
        for (List<TableFiles> files : checkpoints) {
            for (TableFiles part : files) {
                deletes += part.deleteFiles().size();
                CompleteUntil until = part.completeUntil();
                sourceTime(until == null ? part.timestamp() : until.time(), until != null);
            }
        }
        deleteFilesCommitted.inc(deletes);
        lastCommit = System.currentTimeMillis();
    }

    /** Once it is told up to when a table is complete, the times of its rows, which may be those of a clock of ours, do not count. */
    private void sourceTime(long time, boolean isTold) {
        if (isTold && !isSourceTold) {
            isSourceTold = true;
            lastTimestamp = time;
        } else if (isTold == isSourceTold) {
            lastTimestamp = Math.max(lastTimestamp, time);
        }
    }

    /** The table has all that came before a checkpoint that began at this time, be it nothing. */
    void complete(long time) {
        completeTime = Math.max(completeTime, time);
    }
}
