package io.tributary.change;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * How far captured tables were taken, said ahead of a checkpoint's barrier: all that comes of these changes is in that checkpoint. It
 * says what is new since the barrier before, and goes from the stage that takes changes to whoever commits, past all that lies between.
 *
 * <p>Tables are named by their {@link Schema#tableId()}.
 */
public final class TakenChanges {

    /** Which no format of what else goes this way begins with. */
    private static final byte FORMAT = 64;

    /** A streamed change. */
    public static final class Newest {
        private final Position position;
        private final long timestamp;

        private Newest(Position position, long timestamp) {
            this.position = position;
            this.timestamp = timestamp;
        }

        /** @param timestamp when the source committed it, in milliseconds since 1970 */
        public static Newest of(Position position, long timestamp) {
            return new Newest(position, timestamp);
        }

        public Position position() {
            return position;
        }

        /** When the source committed it, in milliseconds since 1970. */
        public long timestamp() {
            return timestamp;
        }

        /** The newer one of both. */
        public Newest or(@Nullable Newest other) {
            return other == null || position.isAfter(other.position) ? this : other;
        }
    }

    private final Map<Long, Newest> newest = new TreeMap<>();
    private final Map<Long, Boolean> read = new TreeMap<>();

    /** The newest change of a table. */
    public void taken(long table, Newest change) {
        newest.put(table, change);
    }

    /** Whether all rows of the table were read that it had before its first streamed change. */
    public void read(long table, boolean isRead) {
        read.put(table, isRead);
    }

    public boolean isEmpty() {
        return newest.isEmpty() && read.isEmpty();
    }

    /** By table. */
    public Map<Long, Newest> newest() {
        return newest;
    }

    public boolean isRead(long table) {
        return read.getOrDefault(table, false);
    }

    /** What another says since. */
    public void add(TakenChanges other) {
        other.newest.forEach((table, change) -> newest.merge(table, change, Newest::or));
        read.putAll(other.read);
    }

    /** Whether the bytes are those of one. */
    public static boolean isIn(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == FORMAT;
    }

    public byte[] toBytes() {
        DataOutputSerializer out = new DataOutputSerializer(64);
        try {
            out.writeByte(FORMAT);
            out.writeInt(newest.size());
            for (Map.Entry<Long, Newest> table : newest.entrySet()) {
                out.writeLong(table.getKey());
                table.getValue().position.write(out);
                out.writeLong(table.getValue().timestamp);
            }
            out.writeInt(read.size());
            for (Map.Entry<Long, Boolean> table : read.entrySet()) {
                out.writeLong(table.getKey());
                out.writeBoolean(table.getValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return out.getCopyOfBuffer();
    }

    public static TakenChanges ofBytes(byte[] bytes) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(new DataInputStream(new ByteArrayInputStream(bytes)));
        if (in.readByte() != FORMAT) {
            throw new IOException("These bytes do not say how far changes were taken");
        }
        TakenChanges taken = new TakenChanges();
        for (int count = in.readInt(); count > 0; count--) {
            taken.newest.put(in.readLong(), new Newest(Position.read(in), in.readLong()));
        }
        for (int count = in.readInt(); count > 0; count--) {
            taken.read.put(in.readLong(), in.readBoolean());
        }
        return taken;
    }
}
