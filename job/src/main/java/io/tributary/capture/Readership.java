package io.tributary.capture;

import io.tributary.change.Audience;
import java.io.Serializable;
import java.util.Collection;

/**
 * Which consumers take a table: SQL files that read it, and the table itself where it passes through. Of one that only passes
 * through, hashes of the rows may be all that the job keeps. Immutable.
 */
public final class Readership implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Audience consumers;
    private final boolean keptWhole;

    private Readership(Audience consumers, boolean keptWhole) {
        this.consumers = consumers;
        this.keptWhole = keptWhole;
    }

    /**
     * @param keptWhole whether the job has all values of each row in its state
     */
    public static Readership of(Collection<String> consumers, boolean keptWhole) {
        return new Readership(Audience.only(consumers), keptWhole);
    }

    public Audience consumers() {
        return consumers;
    }

    public boolean isKeptWhole() {
        return keptWhole;
    }
}
