package io.tributary.capture.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Position;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EraTest {

    private static final Instant EARLY = Instant.parse("2026-01-01T01:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-03T00:00:00Z");

    @Test
    void inTheFirstEraAPositionIsThePlaceItself() {
        assertThat(Era.FIRST.at(0x16_B374_D848L)).isEqualTo(0x16_B374_D848L);
        assertThat(Era.FIRST.lsn(-2)).as("beyond all that a server writes").isEqualTo(-2);
        assertThat(Era.FIRST.relation(16_384)).isEqualTo(16_384);
    }

    @Test
    void theNextEraOutranksTheOneBefore() {
        long read = Era.FIRST.at(0xffff_ffff_ffffL);
        Era next = Era.FIRST.next(read, false, EARLY);
        assertThat(next.number()).isEqualTo(1);
        assertThat(Position.of(next.at(1), 0).isAfter(Position.of(read, 0))).isTrue();
        assertThat(next.lsn(next.at(77))).isEqualTo(77);
        assertThat(next.has(next.at(0))).isTrue();
        assertThat(next.has(read)).isFalse();
        assertThat(Position.of(next.at(0x16), 0).toHex()).startsWith("0001000000000016");
    }

    @Test
    void aPlaceThatIsTooHighForAnEraRunsIntoTheNextNumber() {
        long read = Era.FIRST.at(0x0003_0000_0000_0005L);
        Era next = Era.FIRST.next(read, false, EARLY);
        assertThat(Position.of(next.at(0), 0).isAfter(Position.of(read, 0))).isTrue();
        long high = next.at(0x0002_0000_0000_0000L);
        assertThat(next.lsn(high)).isEqualTo(0x0002_0000_0000_0000L);
        assertThat(Position.of(next.next(high, false, EARLY).at(0), 0).isAfter(Position.of(high, 0)))
                .isTrue();
    }

    @Test
    void aJobThatGoesBackToASavepointOfTheFirstEraGetsALaterOneThanItHadBefore() {
        Era before = Era.FIRST.next(5, false, EARLY).next(5, false, EARLY);
        assertThat(Era.FIRST.next(5, false, LATER).number()).isEqualTo(8).isGreaterThan(before.number());
    }

    @Test
    void relationsOfAnotherServerAreOthersAndStaySo() {
        Era other = Era.FIRST.next(5, true, EARLY);
        Era same = other.next(other.at(5), false, LATER);
        assertThat(other.relation(16_384)).isEqualTo(16_384 | 1L << 32).isEqualTo(same.relation(16_384));
        assertThat(Era.FIRST.next(5, false, EARLY).relation(16_384)).isEqualTo(16_384);
        assertThat(same.next(same.at(5), true, LATER).relation(16_384)).isEqualTo(16_384 | 9L << 32);
        assertThat(other.relation(0)).as("none").isZero();
    }

    @Test
    void numbersEndInASentence() {
        Era last = Era.FIRST.next(0xfffe_0000_0000_0000L, false, EARLY);
        assertThat(last.number()).isEqualTo(0xffff);
        assertThatThrownBy(() -> last.next(last.at(1), false, EARLY))
                .hasRootCauseMessage("There is no number left for another history of the source: start the job anew,"
                        + " without its state, into targets that are empty");
        assertThat(Era.FIRST
                        .next(1, false, Instant.parse("2200-01-01T00:00:00Z"))
                        .number())
                .as("a clock that is wrong leaves room")
                .isEqualTo(0xefff);
    }
}
