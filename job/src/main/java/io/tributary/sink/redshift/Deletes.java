package io.tributary.sink.redshift;

/** What becomes in the warehouse of a row that its source deletes. */
public enum Deletes {
    /** It goes. */
    HARD,
    /** It stays, as it was last, and is marked. */
    SOFT
}
