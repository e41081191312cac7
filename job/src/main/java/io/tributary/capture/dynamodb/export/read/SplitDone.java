package io.tributary.capture.dynamodb.export.read;

import org.apache.flink.api.connector.source.SourceEvent;

/** A reader has handed on all of a split. */
final class SplitDone implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String id;

    SplitDone(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }
}
