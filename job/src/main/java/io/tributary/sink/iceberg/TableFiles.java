package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** Without {@link #replacedColumns}. */
    private static final byte FIRST_FORMAT = 1;

    private static final byte FORMAT = 2;

    private final String table;
    private final long interval;
    private final int epoch;
    private final Position position;
    private final long timestamp;
    private final List<String> dataFiles;
    private final List<String> deleteFiles;
    private final Map<String, Integer> replacedColumns;

    TableFiles(
            String table,
            long interval,
            int epoch,
            Position position,
            long timestamp,
            List<String> dataFiles,
            List<String> deleteFiles,
            Map<String, Integer> replacedColumns) {
        this.table = table;
        this.interval = interval;
        this.epoch = epoch;
        this.position = position;
        this.timestamp = timestamp;
        this.dataFiles = List.copyOf(dataFiles);
        this.deleteFiles = List.copyOf(deleteFiles);
        this.replacedColumns = new TreeMap<>(replacedColumns);
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

    /** Columns that get their names with the commit, by name: the ids under which the files have their values. */
    Map<String, Integer> replacedColumns() {
        return replacedColumns;
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
            out.writeInt(replacedColumns.size());
            for (Map.Entry<String, Integer> column : replacedColumns.entrySet()) {
                out.writeUTF(column.getKey());
                out.writeInt(column.getValue());
            }
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return out.getCopyOfBuffer();
    }

    static TableFiles ofBytes(byte[] bytes) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(new DataInputStream(new ByteArrayInputStream(bytes)));
        byte format = in.readByte();
        if (format != FORMAT && format != FIRST_FORMAT) {
            throw new IOException("Format " + format + " of uncommitted files is not known to this version");
        }
        return new TableFiles(
                in.readUTF(),
                in.readLong(),
                in.readInt(),
                Position.read(in),
                in.readLong(),
                read(in),
                read(in),
                format == FIRST_FORMAT ? Map.of() : readColumns(in));
    }

    private static Map<String, Integer> readColumns(DataInputView in) throws IOException {
        int count = in.readInt();
        Map<String, Integer> columns = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            columns.put(in.readUTF(), in.readInt());
        }
        return columns;
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
