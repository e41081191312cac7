package io.tributary.sink.iceberg;

import io.tributary.change.TakenChanges;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What a checkpoint keeps of the committer: who it is, which tables it ever committed to, what is yet to be committed, and when
 * the checkpoint began.
 */
final class CommitterState {

    /** Without {@link #began}. */
    private static final byte FIRST_FORMAT = 1;

    /** Without {@link #committed} and {@link #start}. */
    private static final byte SECOND_FORMAT = 2;

    /** Without {@link #taken}. */
    private static final byte THIRD_FORMAT = 3;

    private static final byte FORMAT = 4;

    private final String sink;
    private final Set<String> tables = new TreeSet<>();
    private final PendingCommits pending = new PendingCommits();
    private final NavigableMap<String, Long> committed = new TreeMap<>();
    private final TakenChanges taken = new TakenChanges();
    private String start = "";
    private long began;

    CommitterState(String sink) {
        this.sink = sink;
    }

    String sink() {
        return sink;
    }

    Set<String> tables() {
        return tables;
    }

    PendingCommits pending() {
        return pending;
    }

    /** When the checkpoint with this state began, in milliseconds since 1970; 0 if it is not known. */
    long began() {
        return began;
    }

    void began(long time) {
        began = time;
    }

    /** By table, the newest checkpoint that is known to have been committed; of a table of which nothing is known, none. */
    NavigableMap<String, Long> committed() {
        return committed;
    }

    /** For which start of the job the tables were looked at. */
    String start() {
        return start;
    }

    void start(String newStart) {
        start = newStart;
    }

    /** How far the captured tables were taken before the last barrier. */
    TakenChanges taken() {
        return taken;
    }

    byte[] toBytes() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        out.writeByte(FORMAT);
        out.writeUTF(sink);
        out.writeInt(tables.size());
        for (String table : tables) {
            out.writeUTF(table);
        }
        out.writeInt(pending.byCheckpoint().size());
        for (Map.Entry<Long, List<TableFiles>> checkpoint :
                pending.byCheckpoint().entrySet()) {
            out.writeLong(checkpoint.getKey());
            List<TableFiles> files = checkpoint.getValue();
            out.writeInt(files.size());
            for (TableFiles part : files) {
                byte[] bytes = part.toBytes();
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        }
        out.writeLong(began);
        out.writeUTF(start);
        out.writeInt(committed.size());
        for (Map.Entry<String, Long> table : committed.entrySet()) {
            out.writeUTF(table.getKey());
            out.writeLong(table.getValue());
        }
        byte[] changes = taken.toBytes();
        out.writeInt(changes.length);
        out.write(changes);
        return out.getCopyOfBuffer();
    }

    static CommitterState ofBytes(byte[] state) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(new ByteArrayInputStream(state));
        byte format = in.readByte();
        if (format < FIRST_FORMAT || format > FORMAT) {
            throw new IOException(
                    "Format " + format + " of the Iceberg committer's state is not known to this version");
        }
        CommitterState read = new CommitterState(in.readUTF());
        for (int tables = in.readInt(); tables > 0; tables--) {
            read.tables.add(in.readUTF());
        }
        for (int checkpoints = in.readInt(); checkpoints > 0; checkpoints--) {
            long checkpoint = in.readLong();
            List<TableFiles> files = new ArrayList<>();
            for (int parts = in.readInt(); parts > 0; parts--) {
                byte[] bytes = new byte[in.readInt()];
                in.readFully(bytes);
                files.add(TableFiles.ofBytes(bytes));
            }
            read.pending.add(checkpoint, files);
        }
        read.began = format == FIRST_FORMAT ? 0 : in.readLong();
        if (format > SECOND_FORMAT) {
            read.start = in.readUTF();
            for (int tables = in.readInt(); tables > 0; tables--) {
                read.committed.put(in.readUTF(), in.readLong());
            }
        }
        if (format > THIRD_FORMAT) {
            byte[] changes = new byte[in.readInt()];
            in.readFully(changes);
            read.taken.add(TakenChanges.ofBytes(changes));
        }
        return read;
    }
}
