package io.tributary.sink.kinesis;

/** What becomes of a value that the warehouse cannot hold. */
public enum UnfitValues {
    /** It loses what is too much of it, behind a character, and the characters that cannot be. */
    TRUNCATE,
    /** It is null. */
    NULL,
    /** Its row becomes a dead letter. */
    REJECT
}
