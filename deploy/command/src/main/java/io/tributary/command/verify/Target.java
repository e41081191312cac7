package io.tributary.command.verify;

import org.jspecify.annotations.Nullable;

/**
 * A system that has the output, too.
 *
 * @param side null if it has no such table, or none that can be compared
 * @param failure why; empty if there is a side
 * @param isLate whether it gets rows some time after the job has sent them
 */
record Target(String name, @Nullable Side side, String failure, boolean isLate) {

    static Target of(String name, Side side, boolean isLate) {
        return new Target(name, side, "", isLate);
    }

    static Target missing(String name, String failure) {
        return new Target(name, null, failure, false);
    }
}
