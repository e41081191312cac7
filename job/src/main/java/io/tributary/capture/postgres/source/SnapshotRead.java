package io.tributary.capture.postgres.source;

import org.apache.flink.api.connector.source.SourceEvent;

/** The enumerator says that all rows of the snapshot were handed on, by all readers. */
final class SnapshotRead implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final long end;

    SnapshotRead(long end) {
        this.end = end;
    }

    /** Where the WAL ended when the last chunk had been read. */
    long end() {
        return end;
    }
}
