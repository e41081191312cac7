package io.tributary.local.benchmark.contender;

import java.nio.file.Path;

/** One of those that are compared. */
public interface Contender {

    /** Short and unique; it is the row in tables and the bar in plots. */
    String name();

    /** Whether it carries rows all the way into Iceberg. */
    default boolean isWholeJob() {
        return false;
    }

    /**
     * Gets ready for the phases, in their order: from here on it has its own slot.
     *
     * @param folder takes all that it writes; it is deleted afterwards
     */
    Attempt enter(Bench bench, Task task, Path folder) throws Exception;
}
