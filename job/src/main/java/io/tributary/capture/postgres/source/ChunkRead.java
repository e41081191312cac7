package io.tributary.capture.postgres.source;

import org.apache.flink.api.connector.source.SourceEvent;

/** A reader has handed on all rows of a chunk. */
final class ChunkRead implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String id;
    private final long end;
    private final long file;

    ChunkRead(String id, long end, long file) {
        this.id = id;
        this.end = end;
        this.file = file;
    }

    String id() {
        return id;
    }

    /** Where the WAL ended when it had been read. */
    long end() {
        return end;
    }

    /** The number of the relation's file when it had been read. */
    long file() {
        return file;
    }
}
