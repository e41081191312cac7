package io.tributary.change;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a row takes with it on its way to a target, which says there what became of it before the call that handed the row on
 * returns. It goes with the object alone: of a row that was serialized on its way nothing is ever told.
 */
public final class Receipt {

    private @Nullable Place place;
    private boolean isRefused;
    private @Nullable Map<Long, Receipt> ofFiles;

    /** The row was written there. */
    public void written(Place at) {
        place = at;
        isRefused = false;
    }

    /** The row was not written, or is as it was, and what it replaces stays where it is. */
    public void refused() {
        place = null;
        isRefused = true;
    }

    /** Null if nothing is known of it. */
    public @Nullable Place place() {
        return place;
    }

    public boolean isRefused() {
        return isRefused;
    }

    /** That of what a file makes of the row, which is told of the table with this {@link Schema#tableId() id}. */
    public Receipt ofFile(long table) {
        Map<Long, Receipt> all = ofFiles == null ? new TreeMap<>() : ofFiles;
        ofFiles = all;
        return all.computeIfAbsent(table, first -> new Receipt());
    }

    Map<Long, Receipt> ofFiles() {
        return ofFiles == null ? Map.of() : ofFiles;
    }
}
