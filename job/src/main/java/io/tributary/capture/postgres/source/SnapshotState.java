package io.tributary.capture.postgres.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What the enumerator needs to go on: the tables that are not cut into chunks yet, and the chunks that no reader has. The
 * readers know about the others, and tell it when they start.
 */
final class SnapshotState {

    private final SlotSplit slot;
    private final boolean slotAssigned;
    private final int chunks;
    private final List<String> uncut;
    private final List<Chunk> waiting;

    SnapshotState(SlotSplit slot, boolean slotAssigned, int chunks, List<String> uncut, List<Chunk> waiting) {
        this.slot = slot;
        this.slotAssigned = slotAssigned;
        this.chunks = chunks;
        this.uncut = List.copyOf(uncut);
        this.waiting = List.copyOf(waiting);
    }

    /**
     * The slot as it is read when the job has no state: older than its position are the rows of the snapshot. Its end of the
     * snapshot is where the WAL ended when the last of the chunks read so far had been read.
     */
    SlotSplit slot() {
        return slot;
    }

    /** Whether a reader has the slot. */
    boolean isSlotAssigned() {
        return slotAssigned;
    }

    /** How many chunks were ever cut. */
    int chunks() {
        return chunks;
    }

    List<String> uncut() {
        return uncut;
    }

    List<Chunk> waiting() {
        return waiting;
    }

    /** The form in checkpoints. */
    static final class Serializer implements SimpleVersionedSerializer<SnapshotState> {

        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(SnapshotState state) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            SplitSerializer.write(state.slot, out);
            out.writeBoolean(state.slotAssigned);
            out.writeInt(state.chunks);
            out.writeInt(state.uncut.size());
            for (String table : state.uncut) {
                out.writeUTF(table);
            }
            out.writeInt(state.waiting.size());
            for (Chunk chunk : state.waiting) {
                SplitSerializer.write(chunk, out);
            }
            return bytes.toByteArray();
        }

        @Override
        public SnapshotState deserialize(int version, byte[] bytes) throws IOException {
            if (version != VERSION) {
                throw new IOException(
                        "Version " + version + " of the snapshot's state is not known to this version of the job");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            SlotSplit slot = (SlotSplit) SplitSerializer.read(in);
            boolean slotAssigned = in.readBoolean();
            int chunks = in.readInt();
            List<String> uncut = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                uncut.add(in.readUTF());
            }
            List<Chunk> waiting = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                waiting.add((Chunk) SplitSerializer.read(in));
            }
            return new SnapshotState(slot, slotAssigned, chunks, uncut, waiting);
        }
    }
}
