package io.tributary.capture.postgres.source;

import io.tributary.capture.HandedOut;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of the snapshot, and of the tables that are resynced, are still to be read; and whether all of a reading was.
 *
 * <p>A table has one resync at a time. A newer one takes the place of an older one, and of what the snapshot lacks of the table.
 */
final class Snapshot {

    private final SlotSplit slot;
    private final Set<Uncut> uncut;
    private final Deque<Chunk> waiting;
    private final Map<String, Scan> scans = new LinkedHashMap<>();
    private final HandedOut<Chunk> held = new HandedOut<>();

    /** The files that each relation's chunks were cut for, by the start of their reading. */
    private final Map<List<Long>, Set<Long>> files = new HashMap<>();

    /** Chunks that were read from another file than they were cut for. */
    private final List<Chunk> moved = new ArrayList<>();

    /** Which scans all chunks of were read when a checkpoint was taken. */
    private final Map<Long, List<Scan>> readAt = new HashMap<>();

    private int chunks;
    private long end;

    Snapshot(SnapshotState state) {
        this.slot = state.slot();
        this.end = slot.snapshotEnd() == SlotSplit.RUNNING ? 0 : slot.snapshotEnd();
        this.chunks = state.chunks();
        this.uncut = new LinkedHashSet<>(state.uncut());
        this.waiting = new ArrayDeque<>(state.waiting());
        state.scans().forEach(scan -> scans.put(scan.table(), scan));
        this.waiting.forEach(this::know);
    }

    SnapshotState state(long checkpoint, boolean slotAssigned, int readers) {
        List<Scan> read =
                scans.values().stream().filter(scan -> isRead(scan, readers)).collect(Collectors.toList());
        readAt.put(checkpoint, read);
        List<Scan> settled = scans.values().stream()
                .map(scan -> read.contains(scan) ? scan.settle() : scan)
                .collect(Collectors.toList());
        return new SnapshotState(
                slotAt(end), slotAssigned, chunks, new ArrayList<>(uncut), new ArrayList<>(waiting), settled);
    }

    /** Rows that were read before the checkpoint was taken are where they belong. */
    void complete(long checkpoint) {
        for (Scan scan : readAt.getOrDefault(checkpoint, List.of())) {
            if (scan.equals(scans.get(scan.table()))) {
                scans.put(scan.table(), scan.settle());
            }
        }
        readAt.keySet().removeIf(older -> older <= checkpoint);
    }

    /** From where on the slot is read. */
    long start() {
        return slot.position();
    }

    /** As what rows of a table are read in the snapshot. */
    ReadAs readAs(String table) {
        TableState state = slot.tables().state(table);
        return state == null ? ReadAs.NOW.in(slot.era()) : state.readAs(slot.era());
    }

    /** The slot from its start on, for a reader: what is said of the snapshot in its stream was not said yet, even if it is complete. */
    SlotSplit slot() {
        return slotAt(SlotSplit.RUNNING);
    }

    private SlotSplit slotAt(long snapshotEnd) {
        return slot.snapshotRead(snapshotEnd);
    }

    /** Those that are wanted from now on. */
    void want(Collection<Resync> resyncs) {
        Set<Long> ids = resyncs.stream().map(Resync::id).collect(Collectors.toSet());
        scans.values().removeIf(scan -> {
            boolean isOver = !ids.contains(scan.resync().id());
            if (isOver) {
                uncut.removeIf(entry -> entry.table().equals(scan.table()) && entry.start() == scan.start());
                waiting.removeIf(scan::has);
                moved.removeIf(scan::has);
            }
            return isOver;
        });
        for (Resync resync : resyncs) {
            if (!scans.containsKey(resync.table())) {
                uncut.removeIf(entry -> entry.table().equals(resync.table()));
                waiting.removeIf(chunk -> chunk.table().equals(resync.table()));
                moved.removeIf(chunk -> chunk.table().equals(resync.table()));
                scans.put(resync.table(), Scan.of(resync));
                uncut.add(Uncut.table(resync.table(), Scan.UNCUT));
            }
        }
    }

    /** The scan of the table's resync; null if there is none. */
    @Nullable
    Scan scan(String table) {
        return scans.get(table);
    }

    /** What is to be cut next; null if nothing is. */
    @Nullable
    Uncut nextUncut() {
        return uncut.isEmpty() ? null : uncut.iterator().next();
    }

    /**
     * @param scan the one that the entry was cut for; null if it was the snapshot
     * @param start from where on the slot has the changes that the chunks may lack
     * @param place where the log was then, at the least
     */
    void cut(Uncut entry, @Nullable Scan scan, long start, long place, List<Chunk> cut) {
        Scan wanted = scans.get(entry.table());
        boolean isWanted = scan == null ? wanted == null : wanted != null && scan.isSameReading(wanted);
        if (!isWanted || !uncut.remove(entry)) {
            // Something else is wanted by now.
            return;
        }
        if (start == Scan.UNCUT) {
            // There is nothing to cut just now: the slot's reader says what becomes of it.
            return;
        }
        if (wanted != null && wanted.start() == Scan.UNCUT) {
            scans.put(entry.table(), wanted.from(start).readTo(place));
        }
        Long relation = entry.relation();
        if (relation != null) {
            waiting.removeIf(chunk -> chunk.relation() == relation && chunk.start() == start);
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
        if (isWanted(chunk)) {
            waiting.addFirst(chunk);
        }
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
        if (!isWanted(chunk)) {
            return;
        }
        if (isOfSnapshot(chunk)) {
            end = Math.max(end, chunk.end());
        } else {
            scans.computeIfPresent(chunk.table(), (table, scan) -> scan.readTo(chunk.end()));
        }
        if (chunk.file() != chunk.readFile()) {
            moved.add(chunk);
        }
    }

    private boolean isOfSnapshot(Chunk chunk) {
        return chunk.start() == start();
    }

    private boolean isWanted(Chunk chunk) {
        Scan scan = scans.get(chunk.table());
        return scan == null ? isOfSnapshot(chunk) : scan.has(chunk);
    }

    private void know(Chunk chunk) {
        files.computeIfAbsent(fileKey(chunk), relation -> new HashSet<>()).add(chunk.file());
    }

    private static List<Long> fileKey(Chunk chunk) {
        return List.of(chunk.start(), chunk.relation());
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
            if (!files.getOrDefault(fileKey(chunk), Set.of()).contains(chunk.readFile())) {
                uncut.add(Uncut.relationOf(chunk));
            }
        }
        moved.clear();
    }

    /** Whether all of the snapshot was read. What a resync has taken over is not of the snapshot any more. */
    boolean isComplete(int readers) {
        return isNothingLeft(readers, entry -> entry.start() == start(), this::isOfSnapshot);
    }

    private boolean isRead(Scan scan, int readers) {
        return scan.start() != Scan.UNCUT
                && isNothingLeft(
                        readers,
                        entry -> entry.table().equals(scan.table()) && entry.start() == scan.start(),
                        scan::has);
    }

    private boolean isNothingLeft(int readers, Predicate<Uncut> entries, Predicate<Chunk> ofReading) {
        return held.isWhollyKnown(readers)
                && uncut.stream().noneMatch(entries)
                && waiting.stream().noneMatch(ofReading)
                && held.splits().stream().noneMatch(chunk -> isWanted(chunk) && ofReading.test(chunk))
                && moved.stream().noneMatch(ofReading);
    }

    Scanned scanned(int readers) {
        List<Scan> told = scans.values().stream().map(Scan::told).collect(Collectors.toList());
        return new Scanned(start(), isComplete(readers) ? end : SlotSplit.RUNNING, told);
    }

    /** How many tables are being resynced, or wait for it. */
    int resyncs() {
        return scans.size();
    }

    int chunksLeft() {
        return (int) left(this::isOfSnapshot).count();
    }

    int resyncChunksLeft() {
        return (int) left(chunk -> !isOfSnapshot(chunk)).count();
    }

    /** About how many. */
    long rowsLeft() {
        return left(this::isOfSnapshot).mapToLong(Chunk::rows).sum();
    }

    long resyncRowsLeft() {
        return left(chunk -> !isOfSnapshot(chunk)).mapToLong(Chunk::rows).sum();
    }

    private Stream<Chunk> left(Predicate<Chunk> ofReading) {
        return Stream.concat(waiting.stream(), held.splits().stream())
                .filter(chunk -> isWanted(chunk) && ofReading.test(chunk));
    }
}
