package io.tributary.query;

/** How the rows of a file are made, and how it is known which row a new one takes the place of. */
enum Way {
    /** Row by row, by {@link Direct}. */
    DIRECT,
    /** By the planner, one row after the other; {@link Settle} takes rows back by their content. */
    SETTLED,
    /** The same, and what the planner keeps for a group is read and written once for many rows. */
    BATCHED,
    /**
     * As the one before, and the rows of a key come from one group, in order: the planner says only what a row becomes, and {@link
     * Settle} puts it in the place of what it was.
     */
    REPLACED;

    /** Whether changes are summed up before the planner's state is asked. */
    boolean isBatched() {
        return this == BATCHED || this == REPLACED;
    }
}
