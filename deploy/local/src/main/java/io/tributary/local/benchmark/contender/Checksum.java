package io.tributary.local.benchmark.contender;

import java.math.BigDecimal;

/** Enough of a table to tell whether rows were lost, doubled or are old: sums of its columns. */
public record Checksum(long rows, long ids, BigDecimal amounts, long touched) {

    @Override
    public String toString() {
        return rows + " rows, ids " + ids + ", amounts " + amounts.toPlainString() + ", touched " + touched;
    }
}
