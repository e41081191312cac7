package io.tributary.sink.redshift;

/** What becomes of a table that has lost records on their way, or its target. */
public enum OnGap {
    /** Its status says so, until somebody has it filled again. */
    MARK,
    /** It is filled again in the next round. */
    RELOAD
}
