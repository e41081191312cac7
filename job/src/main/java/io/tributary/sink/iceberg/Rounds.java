package io.tributary.sink.iceberg;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * When which table is tended. The tables have their turns at different times of the interval, and at most half of the commit threads
 * are at it, so that other tables are committed meanwhile.
 */
final class Rounds {

    private final @Nullable Duration interval;
    private final Semaphore room;
    private final long opened;
    private final Map<String, Long> last = new HashMap<>();
    private final Set<String> due = ConcurrentHashMap.newKeySet();

    /** @param opened milliseconds since 1970 */
    Rounds(IcebergSettings settings, long opened) {
        this.interval = settings.maintenance().interval();
        this.room = new Semaphore(Math.max(1, settings.commitThreads() / 2));
        this.opened = opened;
    }

    /** Whether it is the table's turn. In the task. */
    boolean isDue(String table, long now) {
        if (interval == null) {
            return false;
        }
        long length = interval.toMillis();
        long before = last.computeIfAbsent(table, name -> opened - Math.floorMod(name.hashCode(), length));
        if (now - before >= length) {
            last.put(table, now);
            due.add(table);
        }
        return due.contains(table);
    }

    /** A round of a table that is due; it waits for its turn if others are at it. On a commit thread. */
    void run(String table, Runnable round) {
        if (!due.contains(table) || !room.tryAcquire()) {
            return;
        }
        due.remove(table);
        try {
            round.run();
        } finally {
            room.release();
        }
    }
}
