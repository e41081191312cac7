package io.tributary.latest;

import java.util.ArrayList;
import java.util.List;

/**
 * Which keys cannot be in state, so that state need not be asked: a Bloom filter on the heap (Bloom, 1970; all bits of a key in
 * one word, Putze, Sanders, Singler, 2007).
 *
 * <p>It has to be asked for every key from the first one on, so it serves a job that started without state. It grows with the
 * keys, {@value #BITS_PER_KEY} bits each, up to {@value #LIMIT} of them, some 32 MiB; from then on any key may be in state.
 */
final class KeyFilter {

    static final int LIMIT = 21 << 20;

    private static final int BITS_PER_KEY = 12;
    private static final int BITS_SET = 4;
    private static final int FIRST = 1 << 18;
    private static final int GROWTH = 4;

    private final List<long[]> layers = new ArrayList<>();
    private long[] newest;
    private int capacity = FIRST;
    private int count;
    private int total;

    KeyFilter() {
        newest = layer();
    }

    private long[] layer() {
        long[] words = new long[capacity / Long.SIZE * BITS_PER_KEY];
        layers.add(words);
        return words;
    }

    /** False if the key was never asked for. */
    boolean mayBeKnown(int hash) {
        if (total >= LIMIT) {
            return true;
        }
        long mixed = mixed(hash);
        long bits = bits(mixed);
        for (int i = layers.size() - 1; i >= 0; i--) {
            long[] words = layers.get(i);
            if ((words[index(mixed, words.length)] & bits) == bits) {
                return true;
            }
        }
        add(mixed, bits);
        return false;
    }

    private void add(long mixed, long bits) {
        if (count == capacity) {
            capacity *= GROWTH;
            count = 0;
            newest = layer();
        }
        newest[index(mixed, newest.length)] |= bits;
        count++;
        total++;
        if (total == LIMIT) {
            layers.clear();
            newest = new long[0];
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long mixed(int hash) {
        long z = hash * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static long bits(long mixed) {
        long bits = 0;
        for (int i = 0; i < BITS_SET; i++) {
            bits |= 1L << (mixed >>> (6 * i));
        }
        return bits;
    }

    private static int index(long mixed, int length) {
        return (int) (((mixed >>> 32) * length) >>> 32);
    }
}
