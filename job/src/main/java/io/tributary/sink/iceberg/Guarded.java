package io.tributary.sink.iceberg;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.Table;

/**
 * Tables that are looked at when the job is resumed: whether they have what was committed to them, as the state knows it. Once for
 * each start of the job: what somebody does while it runs does not end it.
 */
final class Guarded implements Serializable {

    private static final long serialVersionUID = 1L;

    private final HashMap<String, String> remedies;
    private final String start;
    private final HashMap<String, Long> committed = new HashMap<>();

    /**
     * @param remedies by table, what people are to do
     * @param start tells one start of the job from others
     */
    Guarded(Map<String, String> remedies, String start) {
        this.remedies = new HashMap<>(remedies);
        this.start = start;
    }

    static Guarded nothing() {
        return new Guarded(Map.of(), "");
    }

    /** To be called with the state that the job was resumed from, if it was; from now on it is one of this start. */
    void restore(CommitterState state) {
        committed.clear();
        if (!state.start().equals(start)) {
            committed.putAll(state.committed());
        }
        state.start(start);
    }

    /** @param done the newest checkpoint of the job that is found in the table; -1 if there is none */
    void check(Table table, String name, long done, IcebergSettings settings) {
        Long known = committed.get(name);
        String remedy = remedies.get(name);
        if (known == null || remedy == null || !settings.fillsLostRows()) {
            return;
        }
        boolean isLacking = Standing.of(table, settings.branch()) == Standing.LACKING;
        if (done < known || isLacking) {
            throw new IllegalStateException("Table " + name
                    + (isLacking
                            ? " has lost rows to somebody else since the job committed to it last"
                            : " does not hold checkpoint " + known + " any more, which the job had committed to it")
                    + ". " + remedy + ". Or set " + IcebergSettings.ON_LOST_ROWS.key()
                    + " to keep, to go on with it as it is");
        }
    }
}
