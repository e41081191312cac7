package io.tributary.query;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** What a target of an output is like when the job is put together. */
public final class Target implements Serializable {

    private static final long serialVersionUID = 1L;

    private final boolean isFilled;
    private final boolean isReplaced;
    private final ArrayList<String> refusals;
    private final @Nullable String writtenAnew;

    private Target(boolean isFilled, boolean isReplaced, Collection<String> refusals, @Nullable String writtenAnew) {
        this.isFilled = isFilled;
        this.isReplaced = isReplaced;
        this.refusals = new ArrayList<>(refusals);
        this.writtenAnew = writtenAnew;
    }

    /** It has no rows. */
    public static Target empty() {
        return new Target(false, false, List.of(), null);
    }

    /** It has rows. */
    public static Target filled() {
        return new Target(true, false, List.of(), null);
    }

    /** It has rows, all of which a job without state replaces at once, when it has read all that the output is made of. */
    public static Target replaced() {
        return new Target(true, true, List.of(), null);
    }

    /**
     * It is not what the output needs, or is not there: a job that knows all rows writes it anew.
     *
     * @param refusals why a job cannot add to it that has no rows in its state, in sentences
     * @param start tells one start of the job from others, so that it happens once and not at every restart
     */
    public Target writtenAnew(Collection<String> refusals, String start) {
        return new Target(isFilled, isReplaced, refusals, start);
    }

    /** Fails if a job that has no rows in its state cannot add to it. */
    void refuse(String table) {
        if (!refusals.isEmpty()) {
            throw new SuppressRestartsException(
                    new IllegalStateException("A job that starts from nothing does not write table " + table + " anew: "
                            + String.join("; ", refusals)));
        }
    }

    boolean isFilled() {
        return isFilled;
    }

    boolean isReplaced() {
        return isReplaced;
    }

    /** Null if it is as it should be. */
    @Nullable
    String writtenAnew() {
        return writtenAnew;
    }
}
