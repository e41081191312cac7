package io.tributary.sink.redshift;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far one table is in the warehouse, as its row of the control table tells. Counts are over all merges. */
public final class MergeStatus {

    private final String table;
    private final long merges;
    private final long waiting;
    private final long upserted;
    private final long deleted;
    private final long late;
    private final long rejected;
    private final @Nullable Instant mergedAt;
    private final @Nullable Duration lastDuration;
    private final @Nullable Instant sourceTime;
    private final @Nullable String problem;
    private final long cut;
    private final boolean paused;
    private final boolean held;
    private final Schedule schedule;

    MergeStatus(
            String table,
            long merges,
            long waiting,
            long upserted,
            long deleted,
            long late,
            long rejected,
            @Nullable Instant mergedAt,
            @Nullable Duration lastDuration,
            @Nullable Instant sourceTime,
            @Nullable String problem,
            long cut,
            boolean paused,
            boolean held,
            Schedule schedule) {
        this.table = table;
        this.merges = merges;
        this.waiting = waiting;
        this.upserted = upserted;
        this.deleted = deleted;
        this.late = late;
        this.rejected = rejected;
        this.mergedAt = mergedAt;
        this.lastDuration = lastDuration;
        this.sourceTime = sourceTime;
        this.problem = problem;
        this.cut = cut;
        this.paused = paused;
        this.held = held;
        this.schedule = schedule;
    }

    public String table() {
        return table;
    }

    public long merges() {
        return merges;
    }

    /** Records that have landed and are not merged: the next merge takes them, or they wait for their shape. */
    public long waiting() {
        return waiting;
    }

    public long upserted() {
        return upserted;
    }

    public long deleted() {
        return deleted;
    }

    /** Records dropped because the table had a newer version of their key. */
    public long late() {
        return late;
    }

    /** Records kept in the table of the rejected. */
    public long rejected() {
        return rejected;
    }

    /** Rows that were merged without all of a value, since no column holds it. */
    public long cut() {
        return cut;
    }

    /** When it is merged. */
    public Schedule schedule() {
        return schedule;
    }

    /** Whether it, or its group, is not to be merged until somebody resumes it. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether half of a new result has come, so that what comes waits for the other half. */
    public boolean isHeld() {
        return held;
    }

    /** By the warehouse's clock; null before the first merge. */
    public @Nullable Instant mergedAt() {
        return mergedAt;
    }

    public @Nullable Duration lastDuration() {
        return lastDuration;
    }

    /** When the source committed the newest change that is merged. */
    public @Nullable Instant sourceTime() {
        return sourceTime;
    }

    /** Why the table's last merge or change of shape failed; null if it did not. */
    public @Nullable String problem() {
        return problem;
    }

    @Override
    public String toString() {
        return table + ": " + upserted + " upserted, " + deleted + " deleted, " + late + " late, " + waiting
                + " waiting" + (rejected == 0 ? "" : ", " + rejected + " put aside (_rejected)")
                + (cut == 0 ? "" : ", " + cut + " cut") + schedule + (paused ? ", paused" : "")
                + (held ? ", waiting for the rest of a new result" : "")
                + (problem == null ? "" : ", " + problem);
    }
}
