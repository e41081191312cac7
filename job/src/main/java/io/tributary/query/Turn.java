package io.tributary.query;

import io.tributary.change.TableKey;

/**
 * What those who see an output are given all at once, as far as they can tell: behind a barrier, key by key between changes, in as
 * many intervals between checkpoints as it takes. Whoever commits what came of it holds that until the last of them.
 */
interface Turn {

    /**
     * Does some of it; true if there is more. The first call is behind the barrier.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    boolean until(long deadline) throws Exception;

    /** Brings it to where a checkpoint can be taken; true if there is more. */
    boolean beforeBarrier() throws Exception;

    /** Does what is left. */
    void finish() throws Exception;

    /** Nothing is done any more. */
    void stop();

    /** How far it has come, between {@link #beforeBarrier} and the next call. */
    Progress progress();

    /** Whether targets are given all that they are to hold. */
    boolean isReplacement();

    /** Whether what the key has by then will be given. */
    boolean isToCome(TableKey key);

    /** To be called when a row of the key is made and there was none, before it is in the state. */
    void born(TableKey key) throws Exception;
}
