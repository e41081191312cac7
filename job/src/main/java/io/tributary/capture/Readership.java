package io.tributary.capture;

import io.tributary.change.Audience;
import java.io.Serializable;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Which consumers take a table: SQL files that read it, and the table itself where it passes through. Of one that only passes
 * through, hashes of the rows may be all that the job keeps. Immutable.
 */
public final class Readership implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Audience consumers;
    private final boolean keptWhole;
    private final @Nullable String refill;

    private Readership(Audience consumers, boolean keptWhole, @Nullable String refill) {
        this.consumers = consumers;
        this.keptWhole = keptWhole;
        this.refill = refill;
    }

    /**
     * @param keptWhole whether the job has all values of each row in its state
     */
    public static Readership of(Collection<String> consumers, boolean keptWhole) {
        return new Readership(Audience.only(consumers), keptWhole, null);
    }

    /**
     * The same, and the table's target in Iceberg lacks rows: it is to be shown all of them.
     *
     * @param start tells one start of the job from others, so that it happens once
     */
    public Readership refilling(String start) {
        return new Readership(consumers, keptWhole, start);
    }

    /** For which start of the job its target in Iceberg is to be shown all rows; null if it has them. */
    public @Nullable String refill() {
        return refill;
    }

    public Audience consumers() {
        return consumers;
    }

    public boolean isKeptWhole() {
        return keptWhole;
    }
}
