package io.tributary.capture.postgres.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;

/** The reader of the slot says which resyncs it wants; those that it does not name any more are over. */
final class ResyncsWanted implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final ArrayList<Resync> resyncs;

    ResyncsWanted(List<Resync> resyncs) {
        this.resyncs = new ArrayList<>(resyncs);
    }

    List<Resync> resyncs() {
        return resyncs;
    }
}
