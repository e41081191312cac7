package io.tributary.query;

import io.tributary.change.Position;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A hybrid logical clock (Kulkarni et al., 2014) in microseconds: it follows the wall clock, and counts on where that
 * stands still or steps back. So a version is always after those before it.
 */
final class VersionClock {

    private final Clock wall;
    private final long first;
    private long micros;
    private long count;

    /** @param last no version of it or before it is given again */
    VersionClock(Clock wall, long last) {
        this.wall = wall;
        this.first = last + 1;
        this.micros = first;
    }

    Position next() {
        Instant now = wall.instant();
        long time = TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + now.getNano() / 1000;
        if (time > micros) {
            micros = time;
            count = 0;
        } else {
            count++;
        }
        return Position.of(micros, count);
    }

    /**
     * A version that is the same in every clock that started after the same version and is told the same time: after all that were given
     * before the start, and before all that are given from now on.
     */
    Position since(long millis) {
        long agreed = Math.max(first, TimeUnit.MILLISECONDS.toMicros(millis));
        micros = Math.max(micros, agreed);
        return Position.of(agreed, 0);
    }

    /** What it gives from now on is after this version, too. */
    void pass(Position version) {
        if (version.major() >= micros) {
            micros = version.major() + 1;
            count = 0;
        }
    }

    /** What a clock that goes on from here has to start after. */
    long last() {
        return micros;
    }
}
