package io.tributary.latest;

import java.time.Duration;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * How long tombstones are kept, and rows that wait for a value are waited for: by a timer, which is put off while a snapshot of the
 * table is read.
 */
final class Waiting {

    private final LatestSettings settings;

    Waiting(LatestSettings settings) {
        this.settings = settings;
    }

    /** The row with the time at which it is looked at again, if it is to be. A row that waits already goes on waiting. */
    LatestRow timed(@Nullable LatestRow before, LatestRow after, TimerService timers) {
        if (!after.isTombstone() && !after.isIncomplete()) {
            return after;
        }
        boolean isWaiting = before != null && before.isIncomplete() && before.due() != 0;
        if (after.isIncomplete() && before != null && isWaiting) {
            return after.due(before.due());
        }
        long due = timers.currentProcessingTime() + term(after).toMillis();
        timers.registerProcessingTimeTimer(due);
        return after.due(due);
    }

    /** When the row has waited long enough; with a later time than the one given, there is a timer for it. */
    long due(
            LatestRow row,
            long table,
            long timestamp,
            ReadOnlyBroadcastState<Long, Tuple2<String, Long>> snapshots,
            TimerService timers)
            throws Exception {
        long due = Snapshots.due(snapshots, table, timestamp, term(row).toMillis());
        if (due > timestamp) {
            timers.registerProcessingTimeTimer(due);
        }
        return due;
    }

    private Duration term(LatestRow row) {
        return row.isTombstone() ? settings.tombstoneTtl() : settings.partialWait();
    }
}
