package io.tributary.capture.dynamodb.export.read;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * The enumerator says that parts of an export need not be read any more, since a newer one is loaded in its place: those with
 * lower numbers. If the export is loaded after that one its parts have higher numbers.
 */
final class Superseded implements SourceEvent {

    private static final long serialVersionUID = 2L;

    private final String export;
    private final int before;

    Superseded(String export, int before) {
        this.export = export;
        this.before = before;
    }

    String export() {
        return export;
    }

    int before() {
        return before;
    }
}
