package io.tributary.capture.dynamodb.export.read;

import io.tributary.change.Captured;
import org.jspecify.annotations.Nullable;

/** What one line of a file gave, and where the file is to be read on from then. One object for a whole batch. */
final class Line {

    private @Nullable Captured captured;
    private long offset;
    private boolean isReported;

    void set(@Nullable Captured newCaptured, long newOffset, boolean newReported) {
        captured = newCaptured;
        offset = newOffset;
        isReported = newReported;
    }

    @Nullable
    Captured captured() {
        return captured;
    }

    long offset() {
        return offset;
    }

    boolean isReported() {
        return isReported;
    }
}
