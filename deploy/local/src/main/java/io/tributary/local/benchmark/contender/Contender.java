package io.tributary.local.benchmark.contender;

import java.nio.file.Path;

/** One of those that are compared. */
public interface Contender {

    /** Short and unique; it is the row in tables and the bar in plots. */
    String name();

    /**
     * Gets ready for the phases, in their order: from here on it has its own slot.
     *
     * @param folder takes all that it writes; it is deleted afterwards
     */
    Attempt enter(Bench bench, Items items, Work work, Path folder) throws Exception;
}
