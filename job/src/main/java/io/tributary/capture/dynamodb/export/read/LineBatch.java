package io.tributary.capture.dynamodb.export.read;

import io.tributary.change.Captured;
import java.util.Arrays;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/** Some lines of one split, handed from the thread that reads to the one that emits. */
final class LineBatch implements RecordsWithSplitIds<Line> {

    private static final int ROWS = 1024;
    private static final long BYTES = 4 << 20;
    private static final Captured[] NOTHING = {};

    private final @Nullable String split;
    private final boolean isReported;
    private final Line line = new Line();
    private Captured[] rows = NOTHING;
    private long[] offsets = {};
    private int count;
    private int next;
    private long offset;
    private long bytes;
    private boolean isBegun;
    private boolean isLast;
    private @Nullable Runnable afterwards;

    private LineBatch(@Nullable String split, long offset, boolean isReported) {
        this.split = split;
        this.offset = offset;
        this.isReported = isReported;
    }

    static LineBatch of(ExportSplit split, long offset) {
        return new LineBatch(split.splitId(), offset, split.isReported());
    }

    static LineBatch empty() {
        return new LineBatch(null, 0, false);
    }

    /** One more of the line that is being read; it counts when the line is at its end. */
    void add(Captured row) {
        if (count == rows.length) {
            int length = Math.max(ROWS, 2 * count);
            rows = Arrays.copyOf(rows, length);
            offsets = Arrays.copyOf(offsets, length);
        }
        rows[count] = row;
        offsets[count++] = offset;
    }

    /** All of the line was added, which has so many bytes. */
    void lineEnds(int size) {
        offset++;
        bytes += size;
        if (count > 0) {
            offsets[count - 1] = offset;
        }
    }

    boolean isFull() {
        return count >= ROWS - 2 || bytes >= BYTES;
    }

    /** The split ends with this batch. */
    LineBatch end() {
        isLast = true;
        return this;
    }

    /** Runs in the emitting thread when all was emitted. */
    LineBatch afterwards(Runnable action) {
        afterwards = action;
        return this;
    }

    @Override
    public @Nullable String nextSplit() {
        if (isBegun) {
            return null;
        }
        isBegun = true;
        return split;
    }

    @Override
    public @Nullable Line nextRecordFromSplit() {
        if (next == count) {
            return null;
        }
        line.set(rows[next], offsets[next], isReported);
        next++;
        return line;
    }

    @Override
    public Set<String> finishedSplits() {
        return isLast && split != null ? Set.of(split) : Set.of();
    }

    @Override
    public void recycle() {
        if (afterwards != null) {
            afterwards.run();
        }
    }
}
