package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parts of the snapshot are still to be read, as readers come, fail and tell what they have. */
class SnapshotPartsTest {

    private static final long RELATION = 16_384;
    private static final String TABLE = "public.t";
    private static final SlotSplit SLOT = SlotSplit.of(0x10, 7, 1, 0x10, SlotSplit.RUNNING);

    private static Snapshot snapshot() {
        return new Snapshot(new SnapshotState(SLOT, false, 0, List.of(TABLE), List.of()));
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
        assertThat(snapshot.nextUncut()).isEqualTo(TABLE);
        assertThat(snapshot.isComplete(1)).isFalse();
        snapshot.cut(TABLE, chunks(2, 5));
        assertThat(snapshot.chunksLeft()).isEqualTo(2);
        assertThat(snapshot.rowsLeft()).isEqualTo(200);

        Chunk first = taken(snapshot);
        Chunk second = taken(snapshot);
        assertThat(snapshot.take()).isNull();
        assertThat(first.splitId()).isNotEqualTo(second.splitId());
        read(snapshot, second, 0x50, 5);
        assertThat(snapshot.rowsLeft()).isEqualTo(100);
        assertThat(snapshot.slot(1).snapshotEnd()).isEqualTo(SlotSplit.RUNNING);
        read(snapshot, first, 0x40, 5);
        assertThat(snapshot.isComplete(1)).isTrue();
        assertThat(snapshot.chunksLeft()).isZero();
        assertThat(snapshot.slot(1).snapshotEnd())
                .as("the end of the chunk that was read last")
                .isEqualTo(0x50);
    }

    @Test
    void itIsNotCompleteBeforeEveryReaderHasToldWhatItHas() {
        Snapshot restored = new Snapshot(new SnapshotState(SLOT, true, 3, List.of(), List.of()));
        assertThat(restored.isComplete(2)).isFalse();
        restored.told(0, List.of());
        assertThat(restored.isComplete(2)).isFalse();
        Chunk unread = chunks(1, 5).get(0).numbered(2);
        restored.told(1, List.of(unread, chunks(1, 5).get(0).numbered(1).readAt(0x60, 5)));
        assertThat(restored.isComplete(2)).isFalse();
        restored.read(new ChunkRead(unread.splitId(), 0x30, 5));
        assertThat(restored.isComplete(2)).isTrue();
        assertThat(restored.end()).isEqualTo(0x60);
    }

    @Test
    void whatAReaderHadWhenItFailedIsReadAgain() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        snapshot.told(1, List.of());
        snapshot.cut(TABLE, chunks(2, 5));
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
        snapshot.cut(TABLE, chunks(1, 5));
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
        snapshot.cut(TABLE, chunks(3, 5));
        Chunk first = taken(snapshot);
        Chunk second = taken(snapshot);
        read(snapshot, first, 0x40, 6);
        assertThat(snapshot.nextUncut()).isEqualTo(TABLE + "\0" + RELATION);
        assertThat(Snapshot.tableOf(TABLE + "\0" + RELATION)).isEqualTo(TABLE);
        assertThat(Snapshot.relationOf(TABLE + "\0" + RELATION)).isEqualTo(RELATION);
        snapshot.cut(TABLE + "\0" + RELATION, chunks(1, 6));
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
        Snapshot before = new Snapshot(new SnapshotState(SLOT, true, 2, List.of(), List.of()));
        before.told(0, List.of(moved));
        before.settle(2);
        assertThat(before.nextUncut()).isNull();
        assertThat(before.isComplete(2)).isFalse();
        before.told(1, List.of());
        before.settle(2);
        assertThat(before.nextUncut()).isEqualTo(TABLE + "\0" + RELATION);

        Snapshot after = new Snapshot(new SnapshotState(SLOT, true, 2, List.of(), List.of()));
        after.told(0, List.of(moved));
        after.told(1, List.of(chunks(1, 6).get(0).numbered(1).readAt(0x50, 6)));
        after.settle(2);
        assertThat(after.nextUncut()).isNull();
        assertThat(after.isComplete(2)).isTrue();
    }

    @Test
    void theStateHasWhatNoReaderHas() {
        Snapshot snapshot = snapshot();
        snapshot.told(0, List.of());
        snapshot.cut(TABLE, chunks(2, 5));
        taken(snapshot);
        SnapshotState state = snapshot.state(true);
        assertThat(state.isSlotAssigned()).isTrue();
        assertThat(state.uncut()).isEmpty();
        assertThat(state.waiting()).extracting(Chunk::number).containsExactly(1);
        Snapshot restored = new Snapshot(state);
        assertThat(restored.start()).isEqualTo(0x10);
        assertThat(taken(restored).number()).isEqualTo(1);
        restored.cut("public.other", chunks(1, 9));
        assertThat(taken(restored).number()).as("numbers are not used twice").isEqualTo(2);
    }
}
