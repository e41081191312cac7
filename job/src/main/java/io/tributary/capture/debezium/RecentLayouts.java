package io.tributary.capture.debezium;

import java.util.LinkedHashMap;
import java.util.Map;

/** The layouts that were asked for last, by the schemas they are of. */
final class RecentLayouts extends LinkedHashMap<ConnectType, RowLayout> {

    private static final long serialVersionUID = 1L;
    /** As many as a topic's schemas that are kept; see {@link Payloads}. */
    private static final int MOST = 64;

    RecentLayouts() {
        super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<ConnectType, RowLayout> eldest) {
        return size() > MOST;
    }
}
