package io.tributary.sink.iceberg;

import java.util.Arrays;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * Where the newest row of each key stands that was written since the last checkpoint: a file's number and a position in
 * it. A hash table whose keys lie one after another in one array, because there may be a million of them.
 */
final class KeyPositions {

    /** There is no row of the key. */
    static final long NONE = -1;

    private static final int FILE_SHIFT = 40;

    private int[] slots = new int[1 << 10];
    private int[] hashes = new int[1 << 9];
    private int[] starts = new int[(1 << 9) + 1];
    private long[] places = new long[1 << 9];
    private byte[] keys = new byte[1 << 14];
    private int size;

    static long place(int file, long position) {
        return (long) file << FILE_SHIFT | position;
    }

    static int file(long place) {
        return (int) (place >> FILE_SHIFT);
    }

    static long position(long place) {
        return place & (1L << FILE_SHIFT) - 1;
    }

    /** Keys that were written, those deleted since included. */
    int size() {
        return size;
    }

    /** Remembers a place and returns the one remembered before, or {@link #NONE}. */
    long put(BinaryRowData key, long place) {
        int hash = key.hashCode();
        int slot = find(key, hash);
        int entry = slots[slot] - 1;
        if (entry >= 0) {
            long before = places[entry];
            places[entry] = place;
            return before;
        }
        append(key, hash, place);
        slots[slot] = size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return NONE;
    }

    /** Forgets the key's place and returns it, or {@link #NONE}. */
    long remove(BinaryRowData key) {
        int entry = slots[find(key, key.hashCode())] - 1;
        if (entry < 0) {
            return NONE;
        }
        long before = places[entry];
        places[entry] = NONE;
        return before;
    }

    /** The slot of the key, or the empty one where it belongs. */
    private int find(BinaryRowData key, int hash) {
        int mask = slots.length - 1;
        int slot = spread(hash) & mask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && equal(entry, key)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean equal(int entry, BinaryRowData key) {
        int start = starts[entry];
        int length = key.getSizeInBytes();
        if (starts[entry + 1] - start != length) {
            return false;
        }
        MemorySegment segment = key.getSegments()[0];
        int offset = key.getOffset();
        return Arrays.equals(keys, start, start + length, segment.getArray(), offset, offset + length);
    }

    private void append(BinaryRowData key, int hash, long place) {
        int start = starts[size];
        int length = key.getSizeInBytes();
        if (size + 1 == starts.length - 1) {
            hashes = Arrays.copyOf(hashes, hashes.length * 2);
            starts = Arrays.copyOf(starts, hashes.length + 1);
            places = Arrays.copyOf(places, hashes.length);
        }
        if (start + length > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(start + length, keys.length * 2));
        }
        key.getSegments()[0].get(key.getOffset(), keys, start, length);
        hashes[size] = hash;
        places[size] = place;
        size++;
        starts[size] = start + length;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int entry = 0; entry < size; entry++) {
            int slot = spread(hashes[entry]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = entry + 1;
        }
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }
}
