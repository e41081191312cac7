package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.Unreadable;
import java.math.BigInteger;

/**
 * Kinesis sequence numbers in 64 bits, for the order of changes of one key that share their time of writing.
 *
 * <p>A sequence number is a decimal number of 186 bits that grows within its shard. AWS says no more of it; of the one layout that
 * is in use (kinesalite's {@code db/index.js} has it, in hexadecimal digits) it is: {@code 2}, 9 digits of the second in which the
 * shard was made, the last digit of the shard's number, 16 digits of a count within the shard, 2 that are always the same, 9 of
 * the second in which the record came, 8 of the shard's number, and {@code 2}.
 *
 * <p>The records of one key are in one shard, and after it was split or merged in one with a higher number. So 22 bits are the
 * shard's number, at most {@link #LAST_SHARD}, and 42 the count in it: enough for 139 years of a full shard. A number of another
 * layout counts by its last 64 bits.
 */
final class SequenceNumbers {

    private static final int BITS = 186;
    private static final int VERSION_BITS = 4;
    private static final int SHARD_BITS = 32;
    private static final int COUNT_AT = 80;
    private static final int COUNT_BITS = 42;
    private static final long LAST_SHARD = (1L << (Long.SIZE - COUNT_BITS)) - 1;
    private static final int VERSION = 2;

    private SequenceNumbers() {}

    /** A number that is greater, unsigned, for a later record of the same key. */
    static long tieBreak(String sequenceNumber) throws Unreadable {
        BigInteger number;
        try {
            number = new BigInteger(sequenceNumber);
        } catch (NumberFormatException e) {
            throw new Unreadable("The sequence number '" + sequenceNumber + "' is not a number");
        }
        if (number.bitLength() != BITS || (number.intValue() & ((1 << VERSION_BITS) - 1)) != VERSION) {
            return number.longValue();
        }
        long shard = number.shiftRight(VERSION_BITS).longValue() & ((1L << SHARD_BITS) - 1);
        long count = number.shiftRight(COUNT_AT).longValue() & ((1L << COUNT_BITS) - 1);
        return Math.min(shard, LAST_SHARD) << COUNT_BITS | count;
    }
}
