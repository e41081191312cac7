package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Unreadable;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class SequenceNumbersTest {

    /** From the AWS documentation of PutRecord: record 469 of shard 0. */
    private static final String OF_SHARD_0 = "49546986683135544286507457936321625675700192471156785154";

    /** Record 1734642199 of shard 6. */
    private static final String OF_SHARD_6 = "49590338271490256608559692538361571095921575989136588898";

    @Test
    void theShardAndTheCountInItAreWhatCounts() throws Exception {
        assertThat(SequenceNumbers.tieBreak(OF_SHARD_0)).isEqualTo(469);
        assertThat(SequenceNumbers.tieBreak(OF_SHARD_6)).isEqualTo(6L << 42 | 1_734_642_199);
    }

    @Test
    void itGrowsWithinAShardAndFromAShardToItsChildren() throws Exception {
        String[] rising = {
            number(0x54b6fffeL, 0, 0, 0x54b70000L),
            number(0x54b6fffeL, 0, 1, 0x54b70000L),
            number(0x54b6fffeL, 0, (1L << 42) - 1, 0x54b70001L),
            number(0x54b70100L, 1, 0, 0x54b70100L),
            number(0x54b70100L, 15, 7, 0x54b70100L),
            number(0x54b70200L, 16, 7, 0x54b70200L),
            number(0x54b70300L, 1 << 20, 7, 0x54b70300L),
        };
        for (int i = 1; i < rising.length; i++) {
            assertThat(new BigInteger(rising[i])).isGreaterThan(new BigInteger(rising[i - 1]));
            assertThat(Long.compareUnsigned(
                            SequenceNumbers.tieBreak(rising[i]), SequenceNumbers.tieBreak(rising[i - 1])))
                    .as(rising[i])
                    .isPositive();
        }
    }

    @Test
    void aNumberOfAnotherLayoutCountsByItsLastBits() throws Exception {
        assertThat(SequenceNumbers.tieBreak("17")).isEqualTo(17);
        assertThat(SequenceNumbers.tieBreak("18446744073709551615")).isEqualTo(-1);
        assertThatThrownBy(() -> SequenceNumbers.tieBreak("SHARD_END")).isInstanceOf(Unreadable.class);
    }

    private static String number(long created, int shard, long count, long second) {
        String digits = String.format("2%09x%x%016x00%09x%08x2", created, shard & 15, count, second, shard);
        return new BigInteger(digits, 16).toString();
    }
}
