package io.tributary.capture.postgres.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** A reader says which chunks its state has when it starts, read or not. */
final class ChunksHeld implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final ArrayList<byte[]> chunks;

    ChunksHeld(List<byte[]> chunks) {
        this.chunks = new ArrayList<>(chunks);
    }

    /** Each as {@link SplitSerializer} writes it. */
    List<byte[]> chunks() {
        return chunks;
    }
}
