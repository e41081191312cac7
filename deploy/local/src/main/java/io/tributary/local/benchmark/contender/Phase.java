package io.tributary.local.benchmark.contender;

/** What there is to be read, one after the other. Nobody reads while the changes are made. */
public enum Phase {
    /** All rows of the table. */
    SNAPSHOT,
    /** Updates in the WAL, in transactions of 1,000. */
    CHANGES,
    /** Updates in the WAL, in transactions of one. */
    SINGLE_CHANGES
}
