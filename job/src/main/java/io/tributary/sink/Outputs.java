package io.tributary.sink;

import io.tributary.change.ChangelogRow;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/**
 * The changelogs that go to the targets, in branches: each as it leaves the stage that makes it, so that a writer can be chained to
 * that stage. The rows of a table are in one branch, those of one key in order and on one subtask.
 */
public final class Outputs {

    /** The name of a branch that is alone, or was there before there were others. */
    public static final String FIRST = "";

    private final Map<String, DataStream<ChangelogRow>> branches = new LinkedHashMap<>();
    private @Nullable DataStream<byte[]> taken;

    public static Outputs of(DataStream<ChangelogRow> rows) {
        Outputs outputs = new Outputs();
        outputs.add(FIRST, rows);
        return outputs;
    }

    /** @param name becomes part of uids, so it is never changed */
    public void add(String name, DataStream<ChangelogRow> rows) {
        if (branches.put(name, rows) != null) {
            throw new IllegalArgumentException("There are two branches '" + name + "'");
        }
    }

    /** What is said of how far changes were taken, as {@link io.tributary.change.TakenChanges} are written. */
    public Outputs taken(DataStream<byte[]> changes) {
        taken = changes;
        return this;
    }

    /** Null if nothing is said. */
    public @Nullable DataStream<byte[]> taken() {
        return taken;
    }

    /** By their names, in the order in which they were added. */
    public Map<String, DataStream<ChangelogRow>> branches() {
        return branches;
    }

    /** All in one, to which nothing can be chained if there is more than one. */
    public DataStream<ChangelogRow> united() {
        return branches.values().stream()
                .reduce(DataStream::union)
                .orElseThrow(() -> new IllegalStateException("There is nothing to write"));
    }
}
