package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyFilterTest {

    @Test
    void aKeyThatWasAskedForIsNeverForgotten() {
        KeyFilter filter = new KeyFilter();
        int[] hashes = new Random(7).ints(2_000_000).toArray();
        for (int hash : hashes) {
            filter.mayBeKnown(hash);
        }
        for (int hash : hashes) {
            assertThat(filter.mayBeKnown(hash)).isTrue();
        }
    }

    @Test
    void fewNewKeysAreTakenForKnownOnes() {
        KeyFilter filter = new KeyFilter();
        int mistaken = 0;
        for (int hash = 0; hash < 2_000_000; hash++) {
            mistaken += filter.mayBeKnown(hash) ? 1 : 0;
        }
        assertThat(mistaken).isPositive().isLessThan(100_000);
    }

    @Test
    void beyondItsLimitEveryKeyMayBeKnown() {
        KeyFilter filter = new KeyFilter();
        BitSet unknown = new BitSet();
        for (int hash = 0; hash < 2 * KeyFilter.LIMIT; hash++) {
            if (!filter.mayBeKnown(hash)) {
                unknown.set(hash);
            }
        }
        assertThat(unknown.cardinality()).isEqualTo(KeyFilter.LIMIT);
        assertThat(filter.mayBeKnown(-1)).isTrue();
    }
}
