package io.tributary.capture.dynamodb;

/** What becomes of a record that is not of a captured table. */
public enum Unwanted {
    DEAD_LETTER,
    SKIP
}
