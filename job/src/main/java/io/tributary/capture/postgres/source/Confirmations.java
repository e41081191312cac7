package io.tributary.capture.postgres.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to where the server may be told that its changes are no longer needed: the position of a complete checkpoint, when so many
 * newer ones are complete that the job does not go back to an older one.
 *
 * <p>A checkpoint whose end was never told does not count, and neither does a savepoint that the job did not stop with.
 */
final class Confirmations {

    private final int delay;
    private final TreeMap<Long, Long> taken = new TreeMap<>();
    private final Deque<Long> complete = new ArrayDeque<>();

    /**
     * @param delay how many newer checkpoints have to be complete
     */
    Confirmations(int delay) {
        this.delay = delay;
    }

    /** The checkpoint has this position, and may still fail. */
    void taken(long checkpoint, long position) {
        taken.put(checkpoint, position);
    }

    /** The position that may be confirmed now; null if none. */
    @Nullable
    Long complete(long checkpoint) {
        Long position = taken.get(checkpoint);
        taken.headMap(checkpoint, true).clear();
        if (position == null) {
            return null;
        }
        complete.add(position);
        return complete.size() > delay ? complete.remove() : null;
    }
}
