package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Position;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PositionVersionsTest {

    private static final long MOST = (1L << 48) - 1;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PositionVersions versions = new PositionVersions(micros(START));

    private static long micros(Instant time) {
        return TimeUnit.MILLISECONDS.toMicros(time.toEpochMilli());
    }

    @Test
    void areInTheOrderOfPositions() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Position one = position(random);
            Position other = random.nextInt(3) == 0
                    ? Position.of(one.major(), position(random).minor())
                    : position(random);
            assertThat(Integer.signum(versions.of(one).compareTo(versions.of(other))))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(one.compareTo(other)));
        }
        assertThat(versions.of(Position.START)).isEqualTo(Position.of(micros(START), 0));
    }

    private static Position position(Random random) {
        return Position.of(
                random.nextLong() >>> 16 + random.nextInt(48), random.nextLong() >>> 16 + random.nextInt(48));
    }

    @Test
    void aLaterResultOutranksAnEarlierOneThatHasReadTenTebibytesMeanwhile() {
        PositionVersions later = new PositionVersions(micros(START.plusSeconds(180)));
        assertThat(later.of(Position.START)).isGreaterThan(versions.of(Position.of(10L << 40, MOST)));
    }

    @Test
    void positionsOfLaterErasAndSuchAsAreNoPlacesInALogHaveNoRoom() {
        assertThat(versions.of(Position.of(MOST, MOST))).isNotNull();
        assertThat(versions.of(Position.of(MOST + 1, 0))).isNull();
        assertThat(versions.of(Position.of(-1, 0))).isNull();
        assertThat(versions.of(Position.of(0, MOST + 1))).isNull();
    }

    @Test
    void whatTheClockGivesIsAfterWhatItHasPassed() {
        VersionClock clock = new VersionClock(Clock.fixed(START, ZoneOffset.UTC), 0);
        Position last = Position.START;
        for (long kibibytes : new long[] {0, 1, 64, 65, 1 << 20, 1 << 10}) {
            Position version = versions.of(Position.of(kibibytes << 10, MOST));
            clock.pass(version);
            Position next = clock.next();
            assertThat(next).isGreaterThan(version).isGreaterThan(last);
            last = next;
        }
    }
}
