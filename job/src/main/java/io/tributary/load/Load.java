package io.tributary.load;

/** How a table's records come into the warehouse. */
public enum Load {
    /** Through Kinesis. */
    STREAM,
    /** In files that the warehouse copies. */
    FILES,
    /** Rows that a source is read for, and records that are too large for the stream, in files; changes through Kinesis. */
    AUTO
}
