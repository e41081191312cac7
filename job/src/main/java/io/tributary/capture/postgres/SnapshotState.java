package io.tributary.capture.postgres;

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

    private final long start;
    private final List<String> uncut;
    private final List<Chunk> waiting;
    private final boolean slotAssigned;

    SnapshotState(long start, List<String> uncut, List<Chunk> waiting, boolean slotAssigned) {
        this.start = start;
        this.uncut = List.copyOf(uncut);
        this.waiting = List.copyOf(waiting);
        this.slotAssigned = slotAssigned;
    }

    /** Where the slot is read from when the job has no state: older than that are the rows of the snapshot. */
    long start() {
        return start;
    }

    List<String> uncut() {
        return uncut;
    }

    List<Chunk> waiting() {
        return waiting;
    }

    boolean isSlotAssigned() {
        return slotAssigned;
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
            out.writeLong(state.start);
            out.writeInt(state.uncut.size());
            for (String table : state.uncut) {
                out.writeUTF(table);
            }
            out.writeInt(state.waiting.size());
            for (Chunk chunk : state.waiting) {
                NativeSplitSerializer.write(chunk, out);
            }
            out.writeBoolean(state.slotAssigned);
            return bytes.toByteArray();
        }

        @Override
        public SnapshotState deserialize(int version, byte[] bytes) throws IOException {
            if (version != VERSION) {
                throw new IOException(
                        "Version " + version + " of the snapshot's state is not known to this version of the job");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            long start = in.readLong();
            List<String> uncut = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                uncut.add(in.readUTF());
            }
            List<Chunk> waiting = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                waiting.add((Chunk) NativeSplitSerializer.read(in));
            }
            return new SnapshotState(start, uncut, waiting, in.readBoolean());
        }
    }
}
