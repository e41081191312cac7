package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.util.JsonUtil;

/**
 * The commits of one table by one sink. Each snapshot says in its summary which checkpoint of which sink it holds, so that
 * a commit that is tried again is recognized.
 *
 * <p>The sink's id stays the same for as long as the job is resumed from its savepoints, and checkpoints count on.
 */
final class Commits {

    /** Which sink: made at random at the first start, then kept in the savepoints. */
    static final String SINK = "tributary.sink-id";

    static final String CHECKPOINT = "tributary.checkpoint-id";
    /** The highest position among the snapshot's rows, in hexadecimal. */
    static final String POSITION = "tributary.position";
    /** The latest source commit among the snapshot's rows, in milliseconds since 1970. */
    static final String TIMESTAMP = "tributary.timestamp-ms";

    private static final String JOB = "flink.job-id";
    private static final int ATTEMPTS = 10;

    private final Table table;
    private final String branch;
    private final String sink;

    Commits(Table table, String branch, String sink) {
        this.table = table;
        this.branch = branch;
        this.sink = sink;
    }

    /** The newest checkpoint of this sink in the table. */
    static final class Last {
        private static final Last NONE = new Last(-1, "");

        private final long checkpoint;
        private final String job;

        private Last(long checkpoint, String job) {
            this.checkpoint = checkpoint;
            this.job = job;
        }

        /** -1 if there is none. */
        long checkpoint() {
            return checkpoint;
        }

        /** Whether this job has committed it: an attempt whose answer was lost. */
        boolean isOf(String jobId) {
            return job.equals(jobId);
        }
    }

    /** Looks at the table. */
    Last last(CommitMetrics metrics) {
        table.refresh();
        Snapshot newest = table.snapshot(branch);
        Snapshot ours = newest;
        while (ours != null && !sink.equals(ours.summary().get(SINK))) {
            Long parent = ours.parentId();
            ours = parent == null ? null : table.snapshot(parent);
        }
        metrics.found(newest, ours);
        return ours == null
                ? Last.NONE
                : new Last(
                        Long.parseLong(ours.summary().get(CHECKPOINT)),
                        ours.summary().getOrDefault(JOB, ""));
    }

    /** All in one commit, or nothing. */
    void commit(long checkpoint, String jobId, Collection<TableFiles> files) {
        Map<Order, List<TableFiles>> snapshots = new TreeMap<>();
        files.forEach(part -> snapshots
                .computeIfAbsent(new Order(part), order -> new ArrayList<>())
                .add(part));
        if (files.stream().anyMatch(this::changesColumns)) {
            commitReplacing(checkpoint, jobId, snapshots.values());
            return;
        }
        if (snapshots.size() == 1) {
            fill(table.newRowDelta(), checkpoint, jobId, files).commit();
            return;
        }
        transaction(checkpoint, jobId, snapshots.values()).commitTransaction();
    }

    private boolean changesColumns(TableFiles part) {
        ColumnIds ids = part.columnIds();
        return ids == null
                ? ReplacedColumn.anyPending(table.schema(), part.replacedColumns())
                : ids.changes(ColumnIds.of(table));
    }

    /** A change of columns does not go over one that somebody else commits meanwhile, as Iceberg's other changes do. */
    private void commitReplacing(long checkpoint, String jobId, Collection<List<TableFiles>> snapshots) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction(checkpoint, jobId, snapshots).commitTransaction();
                return;
            } catch (CommitFailedException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                table.refresh();
            }
        }
    }

    private Transaction transaction(long checkpoint, String jobId, Collection<List<TableFiles>> snapshots) {
        Transaction transaction = table.newTransaction();
        snapshots.forEach(parts -> {
            parts.forEach(part -> {
                ReplacedColumn.promote(transaction, part.replacedColumns());
                ColumnIds ids = part.columnIds();
                if (ids != null) {
                    FollowedNames.apply(transaction, ids, part.columnNames());
                }
            });
            fill(transaction.newRowDelta(), checkpoint, jobId, parts).commit();
        });
        return transaction;
    }

    private RowDelta fill(RowDelta delta, long checkpoint, String jobId, Collection<TableFiles> files) {
        Position position = Position.START;
        long timestamp = 0;
        for (TableFiles part : files) {
            part.dataFiles().forEach(file -> delta.addRows((DataFile) read(file)));
            part.deleteFiles().forEach(file -> delta.addDeletes((DeleteFile) read(file)));
            position = part.position().isAfter(position) ? part.position() : position;
            timestamp = Math.max(timestamp, part.timestamp());
        }
        delta.set(SINK, sink);
        delta.set(CHECKPOINT, Long.toString(checkpoint));
        delta.set(JOB, jobId);
        delta.set(POSITION, position.toHex());
        delta.set(TIMESTAMP, Long.toString(timestamp));
        return delta.toBranch(branch);
    }

    private ContentFile<?> read(String file) {
        return JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, table.specs()));
    }

    /** Which snapshot comes first. */
    private static final class Order implements Comparable<Order> {

        private static final Comparator<Order> COMPARATOR = Comparator.<Order>comparingLong(order -> order.interval)
                .thenComparing(order -> order.revision, Long::compareUnsigned)
                .thenComparingInt(order -> order.epoch);

        private final long interval;
        private final long revision;
        private final int epoch;

        private Order(TableFiles files) {
            interval = files.interval();
            revision = files.revision();
            epoch = files.epoch();
        }

        @Override
        public int compareTo(Order other) {
            return COMPARATOR.compare(this, other);
        }
    }
}
