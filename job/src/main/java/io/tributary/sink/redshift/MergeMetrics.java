package io.tributary.sink.redshift;

import io.tributary.metrics.Exposition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a runner's rounds came to. What the warehouse knows (its counts are over all rounds ever run) comes from its control
 * table, the rest counts from the start of the process.
 */
final class MergeMetrics {

    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong failedRounds = new AtomicLong();
    private final Map<String, AtomicLong> failedMerges = new ConcurrentHashMap<>();
    private final Map<String, Instant> completeAt = new ConcurrentHashMap<>();
    private volatile @Nullable Instant lastRound;

    /** A round that began then has come to its end. Tables without a row that waits are complete up to its beginning. */
    void round(Instant began, List<MergeStatus> tables, @Nullable MergeStatus landing) {
        boolean hasLanded = landing == null || landing.problem() == null;
        rounds.incrementAndGet();
        lastRound = Instant.now();
        for (MergeStatus status : tables) {
            if (hasLanded && status.waiting() == 0 && status.problem() == null) {
                completeAt.put(status.table(), began);
            }
        }
    }

    void failedRound() {
        failedRounds.incrementAndGet();
    }

    void failedMerge(String table) {
        failedMerges.computeIfAbsent(table, first -> new AtomicLong()).incrementAndGet();
    }

    void expose(List<MergeStatus> tables, @Nullable MergeStatus landing, Exposition metrics) {
        metrics.counter("tributary_merge_rounds_total", "Rounds that came to their end", rounds.get());
        metrics.counter(
                "tributary_merge_round_errors_total", "Rounds that could not run, for all tables", failedRounds.get());
        gauge(
                "tributary_merge_last_round_timestamp_seconds",
                "When the last round came to its end",
                lastRound,
                metrics);
        tables.forEach(status -> table(status, metrics));
        if (landing != null) {
            table(landing, metrics);
        }
    }

    private void table(MergeStatus status, Exposition metrics) {
        String[] table = {"table", status.table()};
        metrics.counter("tributary_warehouse_merges_total", "Merges", status.merges(), table);
        AtomicLong failed = failedMerges.get(status.table());
        metrics.counter(
                "tributary_warehouse_merge_errors_total",
                "Merges that failed, since the process started",
                failed == null ? 0 : failed.get(),
                table);
        metrics.gauge(
                "tributary_warehouse_failing",
                "Whether the last merge or change of shape failed",
                status.problem() == null ? 0 : 1,
                table);
        metrics.gauge(
                "tributary_warehouse_rows_waiting", "Records landed and not merged", (double) status.waiting(), table);
        metrics.counter("tributary_warehouse_rows_upserted_total", "Rows merged", status.upserted(), table);
        metrics.counter("tributary_warehouse_rows_deleted_total", "Rows deleted", status.deleted(), table);
        metrics.counter("tributary_warehouse_rows_late_total", "Records older than the row", status.late(), table);
        metrics.counter("tributary_warehouse_rows_rejected_total", "Records put aside", status.rejected(), table);
        metrics.counter(
                "tributary_warehouse_rows_cut_total", "Rows merged without all of a value", status.cut(), table);
        Duration duration = status.lastDuration();
        if (duration != null) {
            metrics.gauge("tributary_warehouse_last_merge_seconds", "Of the last merge", seconds(duration), table);
        }
        gauge(
                "tributary_warehouse_source_timestamp_seconds",
                "Of the newest change",
                status.sourceTime(),
                metrics,
                table);
        gauge(
                "tributary_warehouse_complete_timestamp_seconds",
                "Up to when the table has all that landed",
                completeAt.get(status.table()),
                metrics,
                table);
    }

    private static void gauge(String name, String help, @Nullable Instant time, Exposition metrics, String... labels) {
        if (time != null) {
            metrics.gauge(name, help, seconds(time), labels);
        }
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1000.0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
