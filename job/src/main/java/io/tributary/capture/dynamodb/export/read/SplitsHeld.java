package io.tributary.capture.dynamodb.export.read;

import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** A reader that starts tells what it has to hand on, as {@link ExportSplitSerializer} writes it. */
final class SplitsHeld implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final List<byte[]> splits;

    SplitsHeld(List<byte[]> splits) {
        this.splits = List.copyOf(splits);
    }

    List<byte[]> splits() {
        return splits;
    }
}
