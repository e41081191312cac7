package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parts of the snapshot are still to be read, as readers come, fail and tell what they have. */
class SnapshotPartsTest {

    private static final long RELATION = 16_384;
    private static final String TABLE = "public.t";
    private static final SlotSplit SLOT = SlotSplit.of(0x10, 7, 1, 0x10, SlotSplit.RUNNING);

    private static final Uncut ENTRY = Uncut.table(TABLE, 0x10);

    private static void cut(Snapshot snapshot, Uncut entry, List<Chunk> chunks) {
        snapshot.cut(entry, null, 0x10, 0x10, chunks);
    }

    private static Snapshot snapshot() {
        return new Snapshot(new SnapshotState(SLOT, false, 0, List.of(ENTRY), List.of(), List.of()));
    }

    /** Chunks of a relation that had this file when they were cut. */
    private static List<Chunk> chunks(int count, long file) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(Chunk.of(0x10, TABLE, RELATION, TABLE, file, "ctid >= '(" + i + ",0)'::tid", 100));
        }
        return chunks;
    }

    private static Chunk taken(Snapshot snapshot) {
        Chunk chunk = snapshot.take();
        assertThat(chunk).isNotNull();
        return chunk;
    }

    private static void read(Snapshot snapshot, Chunk chunk, long end, long file) {
        snapshot.read(new ChunkRead(chunk.splitId(), end, file));
        snapshot.settle(1);
    }

    @Test
    void itIsCompleteWhenAllChunksOfAllTablesAreRead() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        assertThat(snapshot.nextUncut()).isEqualTo(ENTRY);
        assertThat(snapshot.isComplete(1)).isFalse();
        cut(snapshot, ENTRY, chunks(2, 5));
        assertThat(snapshot.chunksLeft()).isEqualTo(2);
        assertThat(snapshot.rowsLeft()).isEqualTo(200);

        Chunk first = taken(snapshot);
        Chunk second = taken(snapshot);
        assertThat(snapshot.take()).isNull();
        assertThat(first.splitId()).isNotEqualTo(second.splitId());
        read(snapshot, second, 0x50, 5);
        assertThat(snapshot.rowsLeft()).isEqualTo(100);
        assertThat(snapshot.scanned(1).snapshotEnd()).isEqualTo(SlotSplit.RUNNING);
        read(snapshot, first, 0x40, 5);
        assertThat(snapshot.isComplete(1)).isTrue();
        assertThat(snapshot.chunksLeft()).isZero();
        assertThat(snapshot.scanned(1).snapshotEnd())
                .as("the end of the chunk that was read last")
                .isEqualTo(0x50);
        assertThat(snapshot.slot().snapshotEnd())
                .as("whoever gets the slot now has still to say so")
                .isEqualTo(SlotSplit.RUNNING);
    }

    @Test
    void itIsNotCompleteBeforeEveryReaderHasToldWhatItHas() {
        Snapshot restored = new Snapshot(new SnapshotState(SLOT, true, 3, List.of(), List.of(), List.of()));
        assertThat(restored.isComplete(2)).isFalse();
        restored.told(0, List.of());
        assertThat(restored.isComplete(2)).isFalse();
        Chunk unread = chunks(1, 5).get(0).numbered(2);
        restored.told(1, List.of(unread, chunks(1, 5).get(0).numbered(1).readAt(0x60, 5)));
        assertThat(restored.isComplete(2)).isFalse();
        restored.read(new ChunkRead(unread.splitId(), 0x30, 5));
        assertThat(restored.isComplete(2)).isTrue();
        assertThat(restored.scanned(2).snapshotEnd()).isEqualTo(0x60);
    }

    @Test
    void whatAReaderHadWhenItFailedIsReadAgain() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        snapshot.told(1, List.of());
        cut(snapshot, ENTRY, chunks(2, 5));
        Chunk first = taken(snapshot);
        Chunk second = taken(snapshot);
        snapshot.read(new ChunkRead(first.splitId(), 0x40, 5));
        snapshot.lost(1);
        snapshot.back(second);
        assertThat(snapshot.isComplete(2)).isFalse();
        snapshot.told(1, List.of());
        assertThat(snapshot.take()).isSameAs(second);
        snapshot.read(new ChunkRead(second.splitId(), 0x50, 5));
        assertThat(snapshot.isComplete(2)).isTrue();
    }

    @Test
    void aChunkThatIsSaidToBeReadByAnEarlierAttemptIsStillToBeRead() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        cut(snapshot, ENTRY, chunks(1, 5));
        Chunk chunk = taken(snapshot);
        snapshot.lost(0);
        snapshot.back(chunk);
        snapshot.read(new ChunkRead(chunk.splitId(), 0x40, 5));
        snapshot.told(0, List.of());
        assertThat(snapshot.isComplete(1)).isFalse();
        assertThat(snapshot.take()).isSameAs(chunk);
    }

    @Test
    void aRelationThatWasWrittenAnewIsCutAgainOnce() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        cut(snapshot, ENTRY, chunks(3, 5));
        Chunk first = taken(snapshot);
        Chunk second = taken(snapshot);
        read(snapshot, first, 0x40, 6);
        Uncut again = requireNonNull(snapshot.nextUncut());
        assertThat(again.table()).isEqualTo(TABLE);
        assertThat(again.relation()).isEqualTo(RELATION);
        cut(snapshot, again, chunks(1, 6));
        assertThat(snapshot.chunksLeft())
                .as("the old chunk that waited is gone, the one that is read is not")
                .isEqualTo(2);
        read(snapshot, second, 0x50, 6);
        assertThat(snapshot.nextUncut()).as("it was cut for this file").isNull();
        read(snapshot, taken(snapshot), 0x60, 6);
        assertThat(snapshot.isComplete(1)).isTrue();
    }

    @Test
    void whetherARelationIsToBeCutAgainIsKnownWhenAllReadersHaveTold() {
        // Restored between the reading and the cutting; or after the cutting, when another reader has the new chunks.
        Chunk moved = chunks(1, 5).get(0).numbered(0).readAt(0x40, 6);
        Snapshot before = new Snapshot(new SnapshotState(SLOT, true, 2, List.of(), List.of(), List.of()));
        before.told(0, List.of(moved));
        before.settle(2);
        assertThat(before.nextUncut()).isNull();
        assertThat(before.isComplete(2)).isFalse();
        before.told(1, List.of());
        before.settle(2);
        assertThat(before.nextUncut()).isEqualTo(Uncut.relationOf(moved));

        Snapshot after = new Snapshot(new SnapshotState(SLOT, true, 2, List.of(), List.of(), List.of()));
        after.told(0, List.of(moved));
        after.told(1, List.of(chunks(1, 6).get(0).numbered(1).readAt(0x50, 6)));
        after.settle(2);
        assertThat(after.nextUncut()).isNull();
        assertThat(after.isComplete(2)).isTrue();
    }

    @Test
    void theStateHasWhatNoReaderHas() {
        Uncut other = Uncut.table("public.other", 0x10);
        Snapshot snapshot =
                new Snapshot(new SnapshotState(SLOT, false, 0, List.of(ENTRY, other), List.of(), List.of()));
        snapshot.told(0, List.of());
        cut(snapshot, ENTRY, chunks(2, 5));
        taken(snapshot);
        SnapshotState state = snapshot.state(1, true, 1);
        assertThat(state.isSlotAssigned()).isTrue();
        assertThat(state.uncut()).containsExactly(other);
        assertThat(state.waiting()).extracting(Chunk::number).containsExactly(1);
        Snapshot restored = new Snapshot(state);
        assertThat(restored.start()).isEqualTo(0x10);
        assertThat(taken(restored).number()).isEqualTo(1);
        cut(restored, requireNonNull(restored.nextUncut()), chunks(1, 9));
        assertThat(taken(restored).number()).as("numbers are not used twice").isEqualTo(2);
    }

    private static final Resync RESYNC =
            new Resync(1, TABLE, 0x20, ReadAs.NOW, Audience.NOBODY, false, "a test wants it");

    private static List<Chunk> from(long start, List<Chunk> chunks) {
        return chunks.stream()
                .map(chunk -> Chunk.of(start, TABLE, RELATION, TABLE, chunk.file(), chunk.condition(), chunk.rows()))
                .toList();
    }

    private static Scan scan(Snapshot snapshot) {
        return requireNonNull(snapshot.scan(TABLE));
    }

    private static Snapshot resyncing(long start) {
        Snapshot snapshot = new Snapshot(new SnapshotState(SLOT, true, 0, List.of(), List.of(), List.of()));
        snapshot.told(0, List.of());
        snapshot.want(List.of(RESYNC));
        Uncut entry = requireNonNull(snapshot.nextUncut());
        assertThat(entry.start()).isEqualTo(Scan.UNCUT);
        snapshot.cut(entry, scan(snapshot), start, start, from(start, chunks(2, 5)));
        return snapshot;
    }

    @Test
    void aResyncIsReadWhenACheckpointHasItsRows() {
        Snapshot snapshot = resyncing(0x30);
        assertThat(snapshot.isComplete(1))
                .as("of the first snapshot nothing is left")
                .isTrue();
        assertThat(snapshot.resyncChunksLeft()).isEqualTo(2);
        Chunk first = taken(snapshot);
        read(snapshot, taken(snapshot), 0x50, 5);
        snapshot.state(1, true, 1);
        read(snapshot, first, 0x40, 5);
        snapshot.complete(1);
        assertThat(scan(snapshot).isSettled())
                .as("a chunk was read after the checkpoint")
                .isFalse();
        SnapshotState state = snapshot.state(2, true, 1);
        assertThat(scan(snapshot).isSettled()).as("it is not complete").isFalse();
        snapshot.complete(2);
        assertThat(scan(snapshot).isSettled()).isTrue();
        assertThat(scan(snapshot).end()).isEqualTo(0x50);
        assertThat(state.scans()).singleElement().matches(Scan::isSettled, "whoever starts from it has the rows");
        snapshot.want(List.of());
        assertThat(snapshot.resyncs()).isZero();
    }

    @Test
    void aNewerResyncTakesThePlaceOfAnOlderOneAndOfTheSnapshot() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        cut(snapshot, ENTRY, chunks(2, 5));
        Chunk ofSnapshot = taken(snapshot);
        snapshot.want(List.of(RESYNC));
        assertThat(snapshot.take()).as("a chunk of the snapshot that waited").isNull();
        assertThat(snapshot.isComplete(1)).as("the resync reads what it lacks").isTrue();
        Scan older = scan(snapshot);
        Uncut entry = requireNonNull(snapshot.nextUncut());
        snapshot.want(List.of(new Resync(2, TABLE, 0x20, ReadAs.NOW, Audience.NOBODY, false, "again")));
        snapshot.cut(entry, older, 0x30, 0x30, from(0x30, chunks(2, 5)));
        assertThat(snapshot.take())
                .as("chunks of the older one, which were cut too late")
                .isNull();
        snapshot.cut(requireNonNull(snapshot.nextUncut()), scan(snapshot), 0x38, 0x38, from(0x38, chunks(1, 5)));
        read(snapshot, ofSnapshot, 0x60, 5);
        assertThat(scan(snapshot).end()).as("not that of the snapshot's chunk").isEqualTo(0x38);
        read(snapshot, taken(snapshot), 0x50, 5);
        snapshot.state(1, true, 1);
        snapshot.complete(1);
        assertThat(scan(snapshot).isSettled()).isTrue();
    }

    @Test
    void aResyncThatIsNotWantedAnyMoreLeavesNothing() {
        Snapshot snapshot = resyncing(0x30);
        Chunk chunk = taken(snapshot);
        snapshot.want(List.of());
        assertThat(snapshot.take()).isNull();
        snapshot.back(chunk);
        assertThat(snapshot.take()).as("a chunk of it that comes back").isNull();
    }

    @Test
    void aResyncGoesOnFromItsState() {
        Snapshot snapshot = resyncing(0x30);
        Chunk held = taken(snapshot);
        Snapshot restored = new Snapshot(snapshot.state(1, true, 1));
        restored.told(0, List.of(held));
        restored.want(List.of(RESYNC));
        assertThat(restored.nextUncut()).as("its chunks were cut").isNull();
        read(restored, taken(restored), 0x40, 5);
        read(restored, held, 0x44, 5);
        restored.state(2, true, 1);
        restored.complete(2);
        assertThat(scan(restored).isSettled()).isTrue();
        assertThat(scan(restored).start()).isEqualTo(0x30);
    }
}
