package io.tributary.capture.postgres.source;

import io.tributary.change.Captured;
import java.util.Arrays;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/** Some rows of one split, handed from the thread that reads to the one that emits. */
final class Batch implements RecordsWithSplitIds<Captured> {

    static final int ROWS = 1024;

    /** Rows may be large: a batch is full when they were read from so many bytes. */
    static final int BYTES = 4 << 20;

    private static final Captured[] NOTHING = {};

    private final String split;
    private final Runnable recycled;
    private Captured[] rows = NOTHING;
    private int count;
    private long bytes;
    private int next;
    private boolean begun;
    private boolean last;
    private @Nullable Runnable afterwards;

    /**
     * @param recycled called in the emitting thread when it is done with the batch
     */
    Batch(String split, Runnable recycled) {
        this.split = split;
        this.recycled = recycled;
    }

    void add(Captured row) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, Math.max(ROWS, 2 * count));
        }
        rows[count++] = row;
    }

    /** What is added next was read from a message of this size. */
    void read(int size) {
        bytes += size;
    }

    /** It takes what one more message makes all the same: two rows for an UPDATE of a key, one for each table of a TRUNCATE. */
    boolean isFull() {
        return count >= ROWS - 2 || bytes >= BYTES;
    }

    boolean isEmpty() {
        return count == 0 && afterwards == null && !last;
    }

    /** The split ends with this batch. */
    void end() {
        last = true;
    }

    /** Runs in the emitting thread when all rows were emitted. */
    void afterwards(Runnable action) {
        afterwards = action;
    }

    @Override
    public @Nullable String nextSplit() {
        if (begun) {
            return null;
        }
        begun = true;
        return split;
    }

    @Override
    public @Nullable Captured nextRecordFromSplit() {
        return next < count ? rows[next++] : null;
    }

    @Override
    public Set<String> finishedSplits() {
        return last ? Set.of(split) : Set.of();
    }

    @Override
    public void recycle() {
        if (afterwards != null) {
            afterwards.run();
        }
        recycled.run();
    }
}
