package io.tributary.capture;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * The splits that readers have. They are not kept in checkpoints of the enumerator: each reader tells its own when it starts
 * ({@link SplitsHeld}), and until all have told, there may be more than these.
 */
public final class HandedOut<S extends SourceSplit> {

    private final Map<String, S> splits = new HashMap<>();
    private final Set<Integer> told = new HashSet<>();

    /** A reader starts, and has told its splits. */
    public void told(int reader) {
        told.add(reader);
    }

    /** A reader failed: until it starts again, nobody knows what it has. */
    public void lost(int reader) {
        told.remove(reader);
    }

    public boolean isWhollyKnown(int readers) {
        return told.size() >= readers;
    }

    public void add(S split) {
        splits.put(split.splitId(), split);
    }

    /** Takes the split with this id out of a reader's hands; null if no reader has it. */
    public @Nullable S remove(String id) {
        return splits.remove(id);
    }

    public boolean isEmpty() {
        return splits.isEmpty();
    }

    public Collection<S> splits() {
        return Collections.unmodifiableCollection(splits.values());
    }
}
