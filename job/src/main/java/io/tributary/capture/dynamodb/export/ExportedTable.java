package io.tributary.capture.dynamodb.export;

import java.io.Serializable;

/** A table whose exports are loaded. */
public final class ExportedTable implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String source;
    private final ExportLocation location;
    private final boolean isReplaced;
    private final boolean isStreamed;

    private ExportedTable(String name, String source, ExportLocation location, boolean isReplaced, boolean isStreamed) {
        this.name = name;
        this.source = source;
        this.location = location;
        this.isReplaced = isReplaced;
        this.isStreamed = isStreamed;
    }

    /**
     * @param name in the pipeline
     * @param source as DynamoDB names it
     * @param isReplaced whether rows that a full export lacks disappear
     * @param isStreamed whether a stream brings the table's changes beside the exports
     */
    public static ExportedTable of(
            String name, String source, ExportLocation location, boolean isReplaced, boolean isStreamed) {
        return new ExportedTable(name, source, location, isReplaced, isStreamed);
    }

    public String name() {
        return name;
    }

    public String source() {
        return source;
    }

    public ExportLocation location() {
        return location;
    }

    public boolean isReplaced() {
        return isReplaced;
    }

    public boolean isStreamed() {
        return isStreamed;
    }

    @Override
    public String toString() {
        return name;
    }
}
