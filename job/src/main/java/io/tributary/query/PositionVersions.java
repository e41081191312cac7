package io.tributary.query;

import io.tributary.change.Position;
import org.jspecify.annotations.Nullable;

/**
 * Versions in the order of the source's positions, which are the same when the changes come again: the position, in microseconds of a
 * {@link VersionClock}, behind the time from which the file's result is. A microsecond is 64 KiB of log, so the clock is faster than
 * any log is written, and a later result has higher versions.
 */
final class PositionVersions {

    private static final int BITS = 48;

    private final long result;

    /** @param result what the versions of this result of the file begin with: that of a clock */
    PositionVersions(long result) {
        this.result = result;
    }

    /** Null if there is no room for the position: that is one of a later era, or not one in a log. */
    @Nullable
    Position of(Position position) {
        if (position.major() >>> BITS != 0 || position.minor() >>> BITS != 0) {
            return null;
        }
        return Position.of(
                result + (position.major() >>> (Long.SIZE - BITS)), position.major() << BITS | position.minor());
    }

    long result() {
        return result;
    }
}
