package io.tributary.query;

import io.tributary.change.TableKey;

/**
 * What those who see an output are given all at once, as far as they can tell: in the interval between two checkpoints, key by key
 * between changes, and what is left before the second one's barrier. It is in no state: whoever restores the first of
 * the checkpoints begins it again.
 */
interface Turn {

    /**
     * Does some of it; true if there is more. The first call is behind the barrier.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    boolean until(long deadline) throws Exception;

    /** Does what is left. */
    void finish() throws Exception;

    /** Nothing is done any more. */
    void stop();

    /** Whether targets are given all that they are to hold. */
    boolean isReplacement();

    /** Whether what the key has by then will be given. */
    boolean isToCome(TableKey key);

    /** To be called when a row of the key is made and there was none, before it is in the state. */
    void born(TableKey key) throws Exception;
}
