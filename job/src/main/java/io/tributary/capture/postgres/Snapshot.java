package io.tributary.capture.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of the snapshot are still to be read, and whether all of it was.
 *
 * <p>A table or relation that is to be cut has one entry in {@code uncut}: the table's name, or it and the relation's with a tab
 * between them. The chunks that readers hold are not kept in checkpoints: each reader tells its own when it starts.
 */
final class Snapshot {

    private static final char TAB = '\t';

    private final long start;
    private final Set<String> uncut;
    private final Deque<Chunk> waiting;
    private final Map<String, Chunk> held = new HashMap<>();
    private final Map<String, Long> files = new HashMap<>();
    private final Set<Integer> told = new HashSet<>();
    private long end;

    Snapshot(SnapshotState state) {
        this.start = state.start();
        this.uncut = new LinkedHashSet<>(state.uncut());
        this.waiting = new ArrayDeque<>(state.waiting());
        this.waiting.forEach(chunk -> files.put(chunk.relation(), chunk.file()));
    }

    long start() {
        return start;
    }

    SnapshotState state(boolean slotAssigned) {
        return new SnapshotState(start, new ArrayList<>(uncut), new ArrayList<>(waiting), slotAssigned);
    }

    /** What is to be cut next: the entry; null if nothing is. */
    @Nullable
    String nextUncut() {
        return uncut.isEmpty() ? null : uncut.iterator().next();
    }

    static String tableOf(String entry) {
        int tab = entry.indexOf(TAB);
        return tab < 0 ? entry : entry.substring(0, tab);
    }

    static @Nullable String relationOf(String entry) {
        int tab = entry.indexOf(TAB);
        return tab < 0 ? null : entry.substring(tab + 1);
    }

    void cut(String entry, List<Chunk> chunks) {
        uncut.remove(entry);
        String relation = relationOf(entry);
        if (relation != null) {
            waiting.removeIf(chunk -> chunk.relation().equals(relation));
        }
        chunks.forEach(chunk -> files.put(chunk.relation(), chunk.file()));
        waiting.addAll(chunks);
    }

    /** Hands out a chunk; null if none waits. */
    @Nullable
    Chunk take() {
        Chunk chunk = waiting.poll();
        if (chunk != null) {
            held.put(chunk.splitId(), chunk);
        }
        return chunk;
    }

    /** A chunk comes back from a reader that failed. */
    void back(Chunk chunk) {
        held.remove(chunk.splitId());
        waiting.addFirst(chunk);
    }

    /** A reader starts, and has these chunks. */
    void told(int reader, List<Chunk> chunks) {
        told.add(reader);
        for (Chunk chunk : chunks) {
            files.putIfAbsent(chunk.relation(), chunk.file());
            if (chunk.isRead()) {
                end = Math.max(end, chunk.end());
            } else {
                held.put(chunk.splitId(), chunk);
            }
        }
    }

    /** A reader failed. Until it starts again, nobody knows what it has. */
    void lost(int reader) {
        told.remove(reader);
    }

    /**
     * A chunk was read. If the relation's rows were written anew meanwhile (VACUUM FULL, CLUSTER, an ALTER TABLE, TRUNCATE), its
     * pages are others by now, and it has to be cut again.
     */
    void read(ChunkRead read) {
        Chunk chunk = held.remove(read.id());
        end = Math.max(end, read.end());
        if (chunk == null || chunk.file() == read.file()) {
            return;
        }
        Long file = files.get(chunk.relation());
        if (file != null && file != read.file()) {
            uncut.add(chunk.table() + TAB + chunk.relation());
        }
    }

    boolean isComplete(int readers) {
        return uncut.isEmpty() && waiting.isEmpty() && held.isEmpty() && told.size() >= readers;
    }

    /** Where the WAL ended when the last of the chunks read so far had been read. */
    long end() {
        return end;
    }

    int chunksLeft() {
        return waiting.size() + held.size();
    }

    /** About how many. */
    long rowsLeft() {
        long rows = 0;
        for (Iterator<Chunk> chunks = waiting.iterator(); chunks.hasNext(); ) {
            rows += chunks.next().rows();
        }
        for (Chunk chunk : held.values()) {
            rows += chunk.rows();
        }
        return rows;
    }
}
