package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.server.ReadProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.jspecify.annotations.Nullable;

/**
 * What one reader needs to go on: the chunks it has, those it has read until all readers have, and where it is in the slot.
 * Used by the emitting thread.
 */
final class ReaderState {

    private final SourceReaderContext context;
    private final ReadProgress progress;
    private final Map<String, Chunk> unread = new HashMap<>();
    private final Map<String, Chunk> read = new HashMap<>();
    private final AtomicLong snapshotEnd = new AtomicLong(SlotSplit.RUNNING);
    private final AtomicReference<List<Scan>> scans = new AtomicReference<>(List.of());
    private List<Resync> told = List.of();
    private @Nullable SlotSplit slot;
    private @Nullable SlotReader slotReader;

    ReaderState(SourceReaderContext context, ReadProgress progress) {
        this.context = context;
        this.progress = progress;
    }

    ReaderState with(SlotReader reader) {
        slotReader = reader;
        return this;
    }

    /** True if it is to be read from now on. */
    boolean add(Split split) {
        if (split instanceof SlotSplit) {
            slot = (SlotSplit) split;
            if (slot.snapshotEnd() != SlotSplit.RUNNING) {
                snapshotEnd.set(slot.snapshotEnd());
            }
            return true;
        }
        Chunk chunk = (Chunk) split;
        (chunk.isRead() ? read : unread).put(chunk.splitId(), chunk);
        return !chunk.isRead();
    }

    /** The last row of a chunk was emitted. */
    void read(ChunkRead event) {
        Chunk chunk = requireNonNull(unread.remove(event.id()));
        read.put(event.id(), chunk.readAt(event.end(), event.file()));
        context.sendSourceEventToCoordinator(event);
    }

    /** The slot was emitted up to here. */
    void reached(SlotSplit newSlot) {
        slot = newSlot;
        if (!ids(newSlot.tables().wanted()).equals(ids(told))) {
            tellWanted();
        }
    }

    private static List<Long> ids(List<Resync> resyncs) {
        return resyncs.stream().map(Resync::id).collect(Collectors.toList());
    }

    /** How far all readers have come. */
    void scanned(Scanned event) {
        read.values().removeIf(chunk -> !event.isRemembered(chunk));
        snapshotEnd.compareAndSet(SlotSplit.RUNNING, event.snapshotEnd());
        scans.set(event.scans());
    }

    /** The enumerator may not know yet which resyncs the slot's reader wants. */
    void tellWanted() {
        SlotSplit known = slot;
        if (known != null) {
            told = known.tables().wanted();
            context.sendSourceEventToCoordinator(new ResyncsWanted(told));
        }
    }

    /** How far the resyncs have come; the slot's reader watches it. */
    AtomicReference<List<Scan>> scans() {
        return scans;
    }

    /** Where the WAL ended when the snapshot had been read; the slot's reader watches it. */
    AtomicLong snapshotEnd() {
        return snapshotEnd;
    }

    void confirm(long position) {
        requireNonNull(slotReader).confirm(position);
    }

    @Nullable
    SlotSplit slot() {
        return slot;
    }

    Split now(Split split) {
        return split instanceof SlotSplit ? requireNonNull(slot).knownAt(progress.knownAt()) : split;
    }

    Collection<Chunk> readChunks() {
        return read.values();
    }

    /** All chunks, read and unread. */
    List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>(read.values());
        chunks.addAll(unread.values());
        return chunks;
    }
}
