package io.tributary.capture.dynamodb.export;

import org.apache.flink.api.connector.source.SourceEvent;

/** The enumerator says that an export need not be read any more: a newer one is loaded in its place. */
final class Superseded implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final String export;

    Superseded(String export) {
        this.export = export;
    }

    String export() {
        return export;
    }
}
