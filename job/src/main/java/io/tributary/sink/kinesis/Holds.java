package io.tributary.sink.kinesis;

import io.tributary.change.ChangelogRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells readers of a stream, who see no checkpoints, which tables are held and when they are so no longer.
 *
 * <p>A subtask knows what it was told itself, and not what the others were. So it says at each checkpoint of a table that it was told to
 * hold, with the checkpoint's time; and when it was told nothing at the two checkpoints that follow, it says with the second that the
 * table was held up to then: whoever has held it since has said so with the first. A table is free if it was released up to the newest
 * time at which anybody held it.
 */
final class Holds {

    private final Map<String, ChangelogRow> told = new LinkedHashMap<>();
    private final Map<String, ChangelogRow> open = new LinkedHashMap<>();
    private long completed = Long.MIN_VALUE;
    private long completedBefore = Long.MIN_VALUE;

    /** What {@link #open} gave. */
    void restore(ChangelogRow hold) {
        open.merge(hold.table(), hold, (one, other) -> one.timestamp() < other.timestamp() ? other : one);
    }

    /** Those that were told to be held, and not released yet. */
    Collection<ChangelogRow> open() {
        return open.values();
    }

    void hold(ChangelogRow entry) {
        told.put(entry.table(), entry);
    }

    /**
     * What is to be said when the checkpoint is complete.
     *
     * @param time the checkpoint's, in milliseconds since 1970, the same in all subtasks
     */
    List<ChangelogRow> atCheckpoint(long time) {
        List<ChangelogRow> entries = new ArrayList<>();
        told.forEach((table, entry) -> {
            ChangelogRow hold =
                    ChangelogRow.held(entry.schema(), entry.version(), time).to(entry.audience());
            open.put(table, hold);
            entries.add(hold);
        });
        open.values().removeIf(hold -> {
            boolean isOver = !told.containsKey(hold.table()) && hold.timestamp() <= completedBefore;
            if (isOver) {
                entries.add(release(hold, completedBefore));
            }
            return isOver;
        });
        told.clear();
        return entries;
    }

    /** @param time of a checkpoint that is complete */
    void complete(long time) {
        completedBefore = completed;
        completed = time;
    }

    /** Releases all: nothing comes any more. */
    List<ChangelogRow> end() {
        List<ChangelogRow> entries = new ArrayList<>();
        open.values().forEach(hold -> entries.add(release(hold, hold.timestamp())));
        open.clear();
        return entries;
    }

    private static ChangelogRow release(ChangelogRow hold, long until) {
        return ChangelogRow.released(hold.schema(), hold.version(), until).to(hold.audience());
    }
}
