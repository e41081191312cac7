package io.tributary.sink.kinesis;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/** What becomes of values that the warehouse cannot hold, by table. */
final class UnfitPolicy implements Serializable {

    private static final long serialVersionUID = 1L;

    private final UnfitValues ofOthers;
    private final HashMap<String, UnfitValues> ofTables;

    UnfitPolicy(UnfitValues ofOthers, Map<String, UnfitValues> ofTables) {
        this.ofOthers = ofOthers;
        this.ofTables = new HashMap<>(ofTables);
    }

    UnfitValues of(String table) {
        return ofTables.getOrDefault(table, ofOthers);
    }
}
