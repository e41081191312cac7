package io.tributary.latest;

import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * 64 bits that stand for a row that is not kept. A changed row is taken for an unchanged one if, and only if, both hash
 * alike: one in 2^64.
 *
 * <p>Assumes what {@link BinaryRowData} grants: one segment, a length that is a multiple of eight, and padding of zeros.
 */
final class RowHash {

    private static final long MIX = 0x9E3779B97F4A7C15L;

    private RowHash() {}

    static long of(BinaryRowData row) {
        MemorySegment segment = row.getSegments()[0];
        int end = row.getOffset() + row.getSizeInBytes();
        long hash = MIX ^ row.getSizeInBytes();
        for (int at = row.getOffset(); at < end; at += 8) {
            hash = mix(hash ^ segment.getLong(at)) + MIX;
        }
        return mix(hash);
    }

    /** The finalizer of MurmurHash3, by Austin Appleby, in its 64-bit form: every input bit reaches every output bit. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
