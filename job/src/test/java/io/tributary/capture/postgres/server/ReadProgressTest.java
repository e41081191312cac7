package io.tributary.capture.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReadProgressTest {

    private static final long START = 1_795_974_832_439L;
    private static final long MINUTE = 60_000;

    private long now = START;
    private final ReadProgress progress = new ReadProgress(() -> now);

    @Test
    void thereIsNoLagWhereTheSlotIsNotRead() {
        now += MINUTE;
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isZero();
        assertThat(progress.connected()).isEqualTo(1);
        assertThat(progress.connectedSince()).isZero();
        assertThat(progress.disconnectedSince()).isZero();
    }

    @Test
    void beforeAnythingIsKnownItGrowsFromTheBegin() {
        progress.begin(400, 0);
        now += MINUTE;
        assertThat(progress.lagBytes()).isZero();
        assertThat(progress.lagMilliseconds()).isEqualTo(MINUTE);
        assertThat(progress.connected()).isZero();
        assertThat(progress.disconnectedSince()).isEqualTo(START);
    }

    @Test
    void afterARestartItGrowsFromWhatWasKnownBefore() {
        progress.begin(400, START - 5 * MINUTE);
        assertThat(progress.lagMilliseconds()).isEqualTo(5 * MINUTE);
        progress.reached();
        progress.written(400, now);
        assertThat(progress.lagMilliseconds()).isZero();
        assertThat(progress.knownAt()).isEqualTo(START);
    }

    @Nested
    class OfASlotThatIsRead {

        @BeforeEach
        void connect() {
            progress.begin(400, 0);
            progress.reached();
        }

        @Test
        void aPositionWhoseTimeIsNotKnownIsNotAsOldAsTheEpoch() {
            progress.read(500, 0);
            progress.written(1000, now);
            now += 10;
            assertThat(progress.lagMilliseconds()).isEqualTo(10);
        }

        @Test
        void itIsWhatIsWrittenAndNotRead() {
            now += MINUTE;
            progress.read(500, START + 1000);
            progress.written(1000, now);
            assertThat(progress.lagBytes()).isEqualTo(500);
            assertThat(progress.lagMilliseconds()).isEqualTo(MINUTE - 1000);
        }

        @Test
        void whatCameAfterAQuietHourIsNotAnHourOld() {
            progress.read(1000, START);
            now += 60 * MINUTE;
            progress.written(1000, now);
            now += 500;
            progress.written(1200, now);
            assertThat(progress.lagMilliseconds()).isEqualTo(500);
        }

        @Test
        void thereIsNoneWhenAllIsRead() {
            progress.written(1000, now);
            progress.read(1200, START - MINUTE);
            now += 5000;
            assertThat(progress.lagBytes()).isZero();
            assertThat(progress.lagMilliseconds()).isZero();
            assertThat(progress.connected()).isEqualTo(1);
            assertThat(progress.connectedSince()).isEqualTo(START);
            assertThat(progress.disconnectedSince()).isZero();
        }

        @Test
        void itGrowsWhileTheDatabaseDoesNotAnswer() {
            progress.written(400, now);
            now += MINUTE;
            assertThat(progress.lagMilliseconds()).isEqualTo(MINUTE);
            progress.written(400, now);
            assertThat(progress.lagMilliseconds()).isZero();
        }

        @Test
        void itGrowsWhileTheSlotCannotBeRead() {
            progress.written(400, now);
            now += 1000;
            progress.lost();
            assertThat(progress.lagMilliseconds()).isEqualTo(1000);
            assertThat(progress.connected()).isZero();
            assertThat(progress.connectedSince()).isZero();
            assertThat(progress.disconnectedSince()).isEqualTo(START + 1000);
            now += 1000;
            progress.lost();
            assertThat(progress.disconnectedSince()).isEqualTo(START + 1000);
            progress.reached();
            assertThat(progress.lagMilliseconds()).isZero();
            assertThat(progress.connectedSince()).isEqualTo(now);
        }
    }
}
