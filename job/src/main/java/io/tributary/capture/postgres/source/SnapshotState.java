package io.tributary.capture.postgres.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What the enumerator needs to go on: the tables that are not cut into chunks yet, and the chunks that no reader has. The
 * readers know about the others, and tell it when they start.
 */
final class SnapshotState {

    private final SlotSplit slot;
    private final boolean slotAssigned;
    private final int chunks;
    private final List<Uncut> uncut;
    private final List<Chunk> waiting;
    private final List<Scan> scans;

    SnapshotState(
            SlotSplit slot,
            boolean slotAssigned,
            int chunks,
            List<Uncut> uncut,
            List<Chunk> waiting,
            List<Scan> scans) {
        this.slot = slot;
        this.slotAssigned = slotAssigned;
        this.chunks = chunks;
        this.uncut = List.copyOf(uncut);
        this.waiting = List.copyOf(waiting);
        this.scans = List.copyOf(scans);
    }

    /** Without what was still to be read of other tables than these. */
    SnapshotState only(Predicate<String> captured) {
        return new SnapshotState(
                slot,
                slotAssigned,
                chunks,
                uncut.stream().filter(entry -> captured.test(entry.table())).collect(Collectors.toList()),
                waiting.stream().filter(chunk -> captured.test(chunk.table())).collect(Collectors.toList()),
                scans.stream().filter(scan -> captured.test(scan.table())).collect(Collectors.toList()));
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

    List<Uncut> uncut() {
        return uncut;
    }

    List<Chunk> waiting() {
        return waiting;
    }

    /** Of each table that is resynced. */
    List<Scan> scans() {
        return scans;
    }

    /** The form in checkpoints. */
    static final class Serializer implements SimpleVersionedSerializer<SnapshotState> {

        /** Without resyncs. */
        private static final int FIRST_VERSION = 1;

        private static final int VERSION = 2;

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
            for (Uncut entry : state.uncut) {
                out.writeUTF(entry.text(state.slot.position()));
            }
            out.writeInt(state.waiting.size());
            for (Chunk chunk : state.waiting) {
                SplitSerializer.write(chunk, out);
            }
            out.writeInt(state.scans.size());
            for (Scan scan : state.scans) {
                scan.write(out);
            }
            return bytes.toByteArray();
        }

        @Override
        public SnapshotState deserialize(int version, byte[] bytes) throws IOException {
            if (version != VERSION && version != FIRST_VERSION) {
                throw new IOException(
                        "Version " + version + " of the snapshot's state is not known to this version of the job");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            SlotSplit slot = (SlotSplit) SplitSerializer.read(in);
            boolean slotAssigned = in.readBoolean();
            int chunks = in.readInt();
            List<Uncut> uncut = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                uncut.add(Uncut.parse(in.readUTF(), slot.position()));
            }
            List<Chunk> waiting = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                waiting.add((Chunk) SplitSerializer.read(in));
            }
            List<Scan> scans = new ArrayList<>();
            for (int i = version == FIRST_VERSION ? 0 : in.readInt(); i > 0; i--) {
                scans.add(Scan.read(in));
            }
            return new SnapshotState(slot, slotAssigned, chunks, uncut, waiting, scans);
        }
    }
}
