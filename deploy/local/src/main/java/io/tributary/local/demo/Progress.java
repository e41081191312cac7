package io.tributary.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.local.service.FlinkRest;
import io.tributary.sink.redshift.MergeStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.StringJoiner;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.jspecify.annotations.Nullable;

/** A line a second about how far everything is: read by Flink, behind in the source, committed, merged. */
final class Progress {

    private static final String SOURCE = "Source:";

    /** What the Kafka source says of the topics. */
    private static final String PENDING = "pendingRecords";

    /** What the Kinesis source says of its slowest shard. */
    private static final String BEHIND = "millisBehindLatest";

    private static final String EXPORTS = "exportsLeft";

    private final Source source;
    private final FlinkRest flink;
    private final String job;
    private final Catalog catalog;
    private final List<TableIdentifier> tables;
    private final PrintStream out;
    private final long start = System.nanoTime();
    private long lastRead;
    private long lastChanges;
    private long lastTime = start;

    /** {@code changes} is how many rows the load has changed before now. */
    Progress(
            Source source,
            FlinkRest flink,
            String job,
            Catalog catalog,
            List<TableIdentifier> tables,
            PrintStream out,
            long changes) {
        this.source = source;
        this.flink = flink;
        this.job = job;
        this.catalog = catalog;
        this.tables = tables;
        this.out = out;
        this.lastChanges = changes;
    }

    /** {@code changes} is how many rows the load has changed; {@code merges} how far the warehouse is. */
    void print(long changes, List<MergeStatus> merges) throws Exception {
        long now = System.nanoTime();
        double seconds = (now - lastTime) / 1e9;
        long read = rowsRead();
        out.printf(
                "%4d s  read %,9d rows %,7d/s | load %,5d changes/s | %s | Iceberg %s | warehouse %s%s%n",
                Duration.ofNanos(now - start).toSeconds(),
                read,
                Math.round((read - lastRead) / seconds),
                Math.round((changes - lastChanges) / seconds),
                lag(),
                ago(lastCommit()),
                ago(lastMerge(merges)) + ", " + "%,d".formatted(waiting(merges)) + " waiting",
                restarts());
        lastRead = read;
        lastChanges = changes;
        lastTime = now;
    }

    /** Nothing while there were none, as it should be. */
    private String restarts() throws Exception {
        long restarts = flink.restarts(job);
        String state = flink.state(job);
        return (state.equals("RUNNING") ? "" : " | the job is " + state)
                + (restarts == 0 ? "" : " | %,d restarts".formatted(restarts));
    }

    private long rowsRead() throws Exception {
        long rows = 0;
        for (JsonNode vertex : flink.read("/jobs/" + job).path("vertices")) {
            if (vertex.path("name").asText().startsWith(SOURCE)) {
                rows += vertex.path("metrics").path("write-records").asLong();
            }
        }
        return rows;
    }

    /** What the job itself says of how far it is behind its sources, and of what is left of a snapshot. */
    private String lag() throws Exception {
        StringJoiner lags = new StringJoiner(", ");
        if (!source.bySlot().isEmpty()) {
            lags.add(postgres());
        }
        if (!source.byTopic().isEmpty()) {
            OptionalLong records = flink.metric(job, SOURCE, PENDING);
            lags.add(
                    records.isEmpty()
                            ? "Kafka not read yet"
                            : "%,d records of Kafka left".formatted(records.getAsLong()));
        }
        if (source.hasCarts()) {
            lags.add(dynamo());
        }
        return lags.toString();
    }

    private String postgres() throws Exception {
        long bytes = flink.metric(job, SOURCE, "sourceLagBytes").orElse(0);
        long millis = flink.metric(job, SOURCE, "sourceLagMilliseconds").orElse(0);
        OptionalLong rows = flink.coordinatorMetric(job, SOURCE, "snapshotRowsLeft");
        long chunks = chunksLeft(flink, job);
        if (rows.isEmpty()) {
            return "snapshot not read yet";
        }
        String lag = "lag %s %.1f s".formatted(bytes(bytes), millis / 1000.0);
        return chunks == 0 ? lag : "snapshot: about %,d rows left, %s".formatted(rows.getAsLong(), lag);
    }

    private String dynamo() throws Exception {
        long exports = flink.coordinatorMetric(job, SOURCE, EXPORTS).orElse(0);
        long millis = flink.metric(job, SOURCE, BEHIND).orElse(-1);
        // Negative before the first records of a shard have been read.
        String lag = millis < 0 ? "Kinesis not read yet" : "Kinesis %.1f s".formatted(millis / 1000.0);
        return exports == 0 ? lag : "exports left: %d, %s".formatted(exports, lag);
    }

    /** How many records of the topics the job has not read yet; one until that is known. */
    static long recordsLeft(FlinkRest flink, String job) throws Exception {
        return flink.metric(job, SOURCE, PENDING).orElse(1);
    }

    /** How much of the snapshot is not read yet; one chunk until that is known. */
    static long chunksLeft(FlinkRest flink, String job) throws Exception {
        return flink.coordinatorMetric(job, SOURCE, "snapshotChunksLeft").orElse(1);
    }

    /** How many of the exports that were found are not loaded yet; one until that is known. */
    static long exportsLeft(FlinkRest flink, String job) throws Exception {
        return flink.coordinatorMetric(job, SOURCE, EXPORTS).orElse(1);
    }

    private @Nullable Instant lastCommit() {
        return tables.stream()
                .map(this::snapshot)
                .filter(Objects::nonNull)
                .map(snapshot -> Instant.ofEpochMilli(snapshot.timestampMillis()))
                .max(Instant::compareTo)
                .orElse(null);
    }

    private @Nullable Snapshot snapshot(TableIdentifier table) {
        try {
            return catalog.loadTable(table).currentSnapshot();
        } catch (NoSuchTableException e) {
            return null;
        }
    }

    private static @Nullable Instant lastMerge(List<MergeStatus> merges) {
        return merges.stream()
                .map(MergeStatus::mergedAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(null);
    }

    private static long waiting(List<MergeStatus> merges) {
        return merges.stream().mapToLong(MergeStatus::waiting).sum();
    }

    private static String ago(@Nullable Instant time) {
        return time == null
                ? "not yet"
                : "%.1f s ago".formatted(Duration.between(time, Instant.now()).toMillis() / 1000.0);
    }

    private static String bytes(long count) {
        return count < 1 << 20 ? count / 1024 + " kB" : "%.1f MB".formatted(count / 1048576.0);
    }
}
