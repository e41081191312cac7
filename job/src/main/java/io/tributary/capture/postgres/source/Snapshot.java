package io.tributary.capture.postgres.source;

import io.tributary.capture.HandedOut;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of the snapshot are still to be read, and whether all of it was.
 *
 * <p>A table or relation that is to be cut has one entry in {@code uncut}: the table's name, or it and the relation's number with
 * a NUL between them.
 */
final class Snapshot {

    /** No name holds it. */
    private static final char NUL = '\0';

    private final SlotSplit slot;
    private final Set<String> uncut;
    private final Deque<Chunk> waiting;
    private final HandedOut<Chunk> held = new HandedOut<>();

    /** The files that each relation's chunks were cut for. */
    private final Map<Long, Set<Long>> files = new HashMap<>();

    /** Chunks that were read from another file than they were cut for. */
    private final List<Chunk> moved = new ArrayList<>();

    private int chunks;
    private long end;

    Snapshot(SnapshotState state) {
        this.slot = state.slot();
        this.end = slot.snapshotEnd() == SlotSplit.RUNNING ? 0 : slot.snapshotEnd();
        this.chunks = state.chunks();
        this.uncut = new LinkedHashSet<>(state.uncut());
        this.waiting = new ArrayDeque<>(state.waiting());
        this.waiting.forEach(this::know);
    }

    SnapshotState state(boolean slotAssigned) {
        return new SnapshotState(slotAt(end), slotAssigned, chunks, new ArrayList<>(uncut), new ArrayList<>(waiting));
    }

    /** From where on the slot is read. */
    long start() {
        return slot.position();
    }

    /** The slot from its start on, for a reader. */
    SlotSplit slot(int readers) {
        return slotAt(isComplete(readers) ? end : SlotSplit.RUNNING);
    }

    private SlotSplit slotAt(long snapshotEnd) {
        return slot.snapshotRead(snapshotEnd);
    }

    /** What is to be cut next: the entry; null if nothing is. */
    @Nullable
    String nextUncut() {
        return uncut.isEmpty() ? null : uncut.iterator().next();
    }

    static String tableOf(String entry) {
        int end = entry.indexOf(NUL);
        return end < 0 ? entry : entry.substring(0, end);
    }

    static @Nullable Long relationOf(String entry) {
        int end = entry.indexOf(NUL);
        return end < 0 ? null : Long.valueOf(entry.substring(end + 1));
    }

    void cut(String entry, List<Chunk> cut) {
        uncut.remove(entry);
        Long relation = relationOf(entry);
        if (relation != null) {
            waiting.removeIf(chunk -> chunk.relation() == relation);
        }
        for (Chunk chunk : cut) {
            know(chunk);
            waiting.add(chunk.numbered(chunks++));
        }
    }

    /** Hands out a chunk; null if none waits. */
    @Nullable
    Chunk take() {
        Chunk chunk = waiting.poll();
        if (chunk != null) {
            held.add(chunk);
        }
        return chunk;
    }

    /** A chunk comes back from a reader that failed. */
    void back(Chunk chunk) {
        held.remove(chunk.splitId());
        waiting.addFirst(chunk);
    }

    /** A reader starts, and has these chunks. */
    void told(int reader, List<Chunk> itsChunks) {
        held.told(reader);
        for (Chunk chunk : itsChunks) {
            know(chunk);
            if (chunk.isRead()) {
                held.remove(chunk.splitId());
                read(chunk);
            } else {
                held.add(chunk);
            }
        }
    }

    /** A reader failed. Until it starts again, nobody knows what it has. */
    void lost(int reader) {
        held.lost(reader);
    }

    void read(ChunkRead read) {
        Chunk chunk = held.remove(read.id());
        if (chunk != null) {
            read(chunk.readAt(read.end(), read.file()));
        }
    }

    private void read(Chunk chunk) {
        end = Math.max(end, chunk.end());
        if (chunk.file() != chunk.readFile()) {
            moved.add(chunk);
        }
    }

    private void know(Chunk chunk) {
        files.computeIfAbsent(chunk.relation(), relation -> new HashSet<>()).add(chunk.file());
    }

    /**
     * If a relation's rows were written anew (VACUUM FULL, CLUSTER, an ALTER TABLE, TRUNCATE) after its chunks were cut, its pages
     * are others by now, and it has to be cut again. Whether that was done already is known when all readers have told.
     */
    void settle(int readers) {
        if (!held.isWhollyKnown(readers)) {
            return;
        }
        for (Chunk chunk : moved) {
            if (!files.getOrDefault(chunk.relation(), Set.of()).contains(chunk.readFile())) {
                uncut.add(chunk.table() + NUL + chunk.relation());
            }
        }
        moved.clear();
    }

    boolean isComplete(int readers) {
        return uncut.isEmpty() && waiting.isEmpty() && held.isEmpty() && moved.isEmpty() && held.isWhollyKnown(readers);
    }

    /** Where the WAL ended when the last of the chunks read so far had been read. */
    long end() {
        return end;
    }

    int chunksLeft() {
        return waiting.size() + held.splits().size();
    }

    /** About how many. */
    long rowsLeft() {
        long rows = 0;
        for (Chunk chunk : waiting) {
            rows += chunk.rows();
        }
        for (Chunk chunk : held.splits()) {
            rows += chunk.rows();
        }
        return rows;
    }
}
