package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The files that one writer finished for one table at one sequence number, on their way to the committer and in its
 * state.
 *
 * <p>Files are in the JSON of Iceberg's REST specification, which newer versions of Iceberg read as well. Of one writer
 * and table, files of a smaller (interval, epoch) have to be committed first, and never in one snapshot with others: a
 * delete applies to rows of earlier snapshots only.
 */
final class TableFiles {

    private static final byte FORMAT = 1;

    private final String table;
    private final long interval;
    private final int epoch;
    private final Position position;
    private final long timestamp;
    private final List<String> dataFiles;
    private final List<String> deleteFiles;

    TableFiles(
            String table,
            long interval,
            int epoch,
            Position position,
            long timestamp,
            List<String> dataFiles,
            List<String> deleteFiles) {
        this.table = table;
        this.interval = interval;
        this.epoch = epoch;
        this.position = position;
        this.timestamp = timestamp;
        this.dataFiles = List.copyOf(dataFiles);
        this.deleteFiles = List.copyOf(deleteFiles);
    }

    String table() {
        return table;
    }

    /** The last checkpoint before the files were begun. */
    long interval() {
        return interval;
    }

    int epoch() {
        return epoch;
    }

    /** The highest position among the rows. */
    Position position() {
        return position;
    }

    /** The latest source commit among the rows, in milliseconds since 1970. */
    long timestamp() {
        return timestamp;
    }

    List<String> dataFiles() {
        return dataFiles;
    }

    List<String> deleteFiles() {
        return deleteFiles;
    }

    byte[] toBytes() {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        try {
            out.writeByte(FORMAT);
            out.writeUTF(table);
            out.writeLong(interval);
            out.writeInt(epoch);
            position.write(out);
            out.writeLong(timestamp);
            write(dataFiles, out);
            write(deleteFiles, out);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return out.getCopyOfBuffer();
    }

    static TableFiles ofBytes(byte[] bytes) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(new DataInputStream(new ByteArrayInputStream(bytes)));
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("Format " + format + " of uncommitted files is not known to this version");
        }
        return new TableFiles(
                in.readUTF(), in.readLong(), in.readInt(), Position.read(in), in.readLong(), read(in), read(in));
    }

    private static void write(List<String> files, DataOutputView out) throws IOException {
        out.writeInt(files.size());
        for (String file : files) {
            byte[] bytes = file.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static List<String> read(DataInputView in) throws IOException {
        int count = in.readInt();
        List<String> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            files.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return files;
    }

    @Override
    public String toString() {
        return table + " " + interval + "." + epoch + ": " + dataFiles.size() + " data files, " + deleteFiles.size()
                + " delete files";
    }
}
