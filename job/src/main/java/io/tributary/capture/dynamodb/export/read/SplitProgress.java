package io.tributary.capture.dynamodb.export.read;

/** How far a split was handed on. */
final class SplitProgress {

    private final ExportSplit split;
    private long offset;
    private boolean isReported;

    SplitProgress(ExportSplit split) {
        this.split = split;
        this.offset = split.offset();
        this.isReported = split.isReported();
    }

    void reached(Line line) {
        offset = line.offset();
        isReported = line.isReported();
    }

    ExportSplit split() {
        return split.at(offset, isReported);
    }
}
