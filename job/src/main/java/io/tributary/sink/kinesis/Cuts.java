package io.tributary.sink.kinesis;

import java.util.ArrayList;
import java.util.List;

/** Which of a record's columns had values that the warehouse cannot hold, and what becomes of these. Used again for every record. */
final class Cuts {

    private final List<String> columns = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private UnfitValues policy = UnfitValues.REJECT;

    Cuts clear(UnfitValues unfit) {
        columns.clear();
        refused.clear();
        policy = unfit;
        return this;
    }

    /** What becomes of this column's value, which does not fit. Of a key none may be cut: two keys could become one. */
    UnfitValues meet(String column, boolean isKey) {
        UnfitValues becomes = isKey ? UnfitValues.REJECT : policy;
        (becomes == UnfitValues.REJECT ? refused : columns).add(column);
        return becomes;
    }

    /** Those whose values are not what they were. */
    List<String> columns() {
        return columns;
    }

    /** Those that keep the record from being sent. */
    List<String> refused() {
        return refused;
    }
}
