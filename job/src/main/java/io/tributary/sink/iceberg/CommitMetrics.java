package io.tributary.sink.iceberg;

import java.util.Collection;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What was committed to one table. */
final class CommitMetrics {

    private final Counter commits;
    private final Counter dataFiles;
    private final Counter deleteFiles;
    private volatile long lastCommit;
    private volatile long lastTimestamp;

    CommitMetrics(MetricGroup operator, String table) {
        MetricGroup group = operator.addGroup("table", table);
        commits = group.counter("commits");
        dataFiles = group.counter("dataFilesCommitted");
        deleteFiles = group.counter("deleteFilesCommitted");
        group.gauge("lastCommitTime", () -> lastCommit);
        group.gauge("lastCommitSourceTime", () -> lastTimestamp);
    }

    void committed(Collection<List<TableFiles>> checkpoints) {
        commits.inc(checkpoints.size());
        for (List<TableFiles> files : checkpoints) {
            for (TableFiles part : files) {
                dataFiles.inc(part.dataFiles().size());
                deleteFiles.inc(part.deleteFiles().size());
                lastTimestamp = Math.max(lastTimestamp, part.timestamp());
            }
        }
        lastCommit = System.currentTimeMillis();
    }
}
