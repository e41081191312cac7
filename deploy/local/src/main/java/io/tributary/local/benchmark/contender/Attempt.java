package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.measure.Timing;
import java.io.IOException;

/** A contender in one round. */
public interface Attempt extends AutoCloseable {

    /** Whether it has anything to read then. */
    boolean joins(Phase phase);

    /**
     * Reads all that there is, and comes to rest. Fails if a single row is missing afterwards.
     *
     * @param goesOn whether another phase follows
     */
    Timing run(Phase phase, boolean goesOn) throws Exception;

    /** Takes away what it left in the source. */
    @Override
    void close() throws IOException;
}
