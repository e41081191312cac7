package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The files that one writer finished for one table at one sequence number, on their way to the committer and in its
 * state.
 *
 * <p>Files are in the JSON of Iceberg's REST specification, which newer versions of Iceberg read as well. Of one writer
 * and table, files of a smaller (interval, revision, epoch) have to be committed first, and never in one snapshot with
 * others: a delete applies to rows of earlier snapshots only. Of all writers, those of a smaller revision come first: if they
 * delete by an earlier key, they must not find rows of a later one.
 */
final class TableFiles {

    /** Without {@link #replacedColumns}. */
    private static final byte FIRST_FORMAT = 1;

    /** Without {@link #columnIds}. */
    private static final byte SECOND_FORMAT = 2;

    /** Without {@link #replacement} and {@link #plan}. */
    private static final byte THIRD_FORMAT = 3;

    /** Without {@link #isHeld}. */
    private static final byte FOURTH_FORMAT = 4;

    /** Without {@link #deletes}. */
    private static final byte FIFTH_FORMAT = 5;

    /** Without {@link #completeUntil} and {@link #rows}. */
    private static final byte SIXTH_FORMAT = 6;

    private static final byte FORMAT = 7;

    private final String table;
    private final long interval;
    private final int epoch;
    private final Position position;
    private final long timestamp;
    private final List<String> dataFiles;
    private final List<String> deleteFiles;
    private final Map<String, Integer> replacedColumns;
    private final @Nullable ColumnIds columnIds;
    private final SortedMap<Integer, String> columnNames;
    private final @Nullable Position replacement;
    private final @Nullable TablePlan plan;
    private final boolean isHeld;
    private final @Nullable PlacedDeletes deletes;
    private final @Nullable CompleteUntil completeUntil;
    private final @Nullable SmallRows rows;

    TableFiles(
            String table,
            long interval,
            int epoch,
            Position position,
            long timestamp,
            List<String> dataFiles,
            List<String> deleteFiles,
            Map<String, Integer> replacedColumns,
            @Nullable ColumnIds columnIds,
            SortedMap<Integer, String> columnNames,
            @Nullable TablePlan plan,
            @Nullable PlacedDeletes deletes,
            @Nullable SmallRows rows) {
        this(
                table,
                interval,
                epoch,
                position,
                timestamp,
                dataFiles,
                deleteFiles,
                replacedColumns,
                columnIds,
                columnNames,
                null,
                plan,
                false,
                deletes,
                null,
                rows);
    }

    private TableFiles(
            String table,
            long interval,
            int epoch,
            Position position,
            long timestamp,
            List<String> dataFiles,
            List<String> deleteFiles,
            Map<String, Integer> replacedColumns,
            @Nullable ColumnIds columnIds,
            SortedMap<Integer, String> columnNames,
            @Nullable Position replacement,
            @Nullable TablePlan plan,
            boolean isHeld,
            @Nullable PlacedDeletes deletes,
            @Nullable CompleteUntil completeUntil,
            @Nullable SmallRows rows) {
        this.table = table;
        this.interval = interval;
        this.epoch = epoch;
        this.position = position;
        this.timestamp = timestamp;
        this.dataFiles = List.copyOf(dataFiles);
        this.deleteFiles = List.copyOf(deleteFiles);
        this.replacedColumns = new TreeMap<>(replacedColumns);
        this.columnIds = columnIds;
        this.columnNames = new TreeMap<>(columnNames);
        this.replacement = replacement;
        this.plan = plan;
        this.isHeld = isHeld;
        this.deletes = deletes;
        this.completeUntil = completeUntil;
        this.rows = rows;
    }

    /** No files, but that those of the same {@link #interval}, whoever wrote them, replace all that the table holds. */
    static TableFiles replacement(
            String table, long interval, Position version, long timestamp, @Nullable TablePlan plan) {
        SortedMap<Integer, String> none = new TreeMap<>();
        return new TableFiles(
                        table, interval, 0, version, timestamp, List.of(), List.of(), Map.of(), null, none, plan, null,
                        null)
                .replacing(version);
    }

    /** The same files, which replace all that the table holds, together with others of their interval. */
    TableFiles replacing(Position version) {
        return with(dataFiles, version, completeUntil, rows);
    }

    /** The same files, with which the table is complete up to there; null if that is not known. */
    TableFiles completeUntil(@Nullable CompleteUntil until) {
        return with(dataFiles, replacement, until, rows);
    }

    /** The same, with these files more, now that all rows are in files. */
    TableFiles withFiles(List<String> more) {
        List<String> all = new ArrayList<>(dataFiles);
        all.addAll(more);
        return with(all, replacement, completeUntil, rows == null ? null : SmallRows.WRITTEN);
    }

    private TableFiles with(
            List<String> newDataFiles,
            @Nullable Position newReplacement,
            @Nullable CompleteUntil newUntil,
            @Nullable SmallRows newRows) {
        return new TableFiles(
                table,
                interval,
                epoch,
                position,
                timestamp,
                newDataFiles,
                deleteFiles,
                replacedColumns,
                columnIds,
                columnNames,
                newReplacement,
                plan,
                isHeld,
                deletes,
                newUntil,
                newRows);
    }

    /** No files, but that nothing of the table is to be committed with this checkpoint. */
    static TableFiles held(String table, long interval) {
        SortedMap<Integer, String> none = new TreeMap<>();
        return new TableFiles(
                table,
                interval,
                0,
                Position.START,
                0,
                List.of(),
                List.of(),
                Map.of(),
                null,
                none,
                null,
                null,
                true,
                null,
                null,
                null);
    }

    String table() {
        return table;
    }

    /** The last checkpoint before the files were begun. They are in the next one, or later if that was an unaligned one. */
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

    /** Under which ids the files have the columns of a relation; null if the table is of none. */
    @Nullable
    ColumnIds columnIds() {
        return columnIds;
    }

    /** What the table calls these columns after the commit, by their numbers. */
    SortedMap<Integer, String> columnNames() {
        return columnNames;
    }

    boolean isEmpty() {
        return dataFiles.isEmpty() && deleteFiles.isEmpty() && deletes == null && rows == null;
    }

    /** Rows that were not in a file when the writer handed them over; null if there are none. */
    @Nullable
    SmallRows rows() {
        return rows;
    }

    /** Rows that are deleted by their places, of whichever commit of this one and those before; null if there are none. */
    @Nullable
    PlacedDeletes deletes() {
        return deletes;
    }

    /** Up to where the table is complete once these files, and those of the same checkpoint, are in it; null if that is not known. */
    @Nullable
    CompleteUntil completeUntil() {
        return completeUntil;
    }

    /** If all that the table held before the interval goes with the commit: the version of the replacement; else null. */
    @Nullable
    Position replacement() {
        return replacement;
    }

    /** What the table has to be for the files; null if it was so when they were written. */
    @Nullable
    TablePlan plan() {
        return plan;
    }

    /** Whether it says that the table is not to be committed yet, and nothing else. */
    boolean isHeld() {
        return isHeld;
    }

    /** Grows with the columns of the relation; 0 if there is none. */
    long revision() {
        return columnIds == null ? 0 : columnIds.revision();
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
            write(columnIds == null ? List.of() : List.of(columnIds.toText()), out);
            out.writeInt(columnNames.size());
            for (Map.Entry<Integer, String> column : columnNames.entrySet()) {
                out.writeInt(column.getKey());
                out.writeUTF(column.getValue());
            }
            out.writeBoolean(replacement != null);
            if (replacement != null) {
                replacement.write(out);
            }
            write(plan == null ? List.of() : List.of(plan.toText()), out);
            out.writeBoolean(isHeld);
            out.writeBoolean(deletes != null);
            if (deletes != null) {
                deletes.write(out);
            }
            out.writeBoolean(completeUntil != null);
            if (completeUntil != null) {
                completeUntil.write(out);
            }
            out.writeBoolean(rows != null);
            if (rows != null) {
                rows.write(out);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return out.getCopyOfBuffer();
    }

    static TableFiles ofBytes(byte[] bytes) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(new DataInputStream(new ByteArrayInputStream(bytes)));
        byte format = in.readByte();
        if (format < FIRST_FORMAT || format > FORMAT) {
            throw new IOException("Format " + format + " of uncommitted files is not known to this version");
        }
        String table = in.readUTF();
        long interval = in.readLong();
        int epoch = in.readInt();
        Position position = Position.read(in);
        long timestamp = in.readLong();
        List<String> dataFiles = read(in);
        List<String> deleteFiles = read(in);
        Map<String, Integer> replaced = format == FIRST_FORMAT ? Map.of() : readColumns(in);
        List<String> ids = format <= SECOND_FORMAT ? List.of() : read(in);
        SortedMap<Integer, String> names = format <= SECOND_FORMAT ? new TreeMap<>() : readNames(in);
        Position replacement = format > THIRD_FORMAT && in.readBoolean() ? Position.read(in) : null;
        List<String> plan = format <= THIRD_FORMAT ? List.of() : read(in);
        boolean isHeld = format > FOURTH_FORMAT && in.readBoolean();
        PlacedDeletes deletes = format > FIFTH_FORMAT && in.readBoolean() ? PlacedDeletes.read(in) : null;
        CompleteUntil until = format > SIXTH_FORMAT && in.readBoolean() ? CompleteUntil.read(in) : null;
        SmallRows rows = format > SIXTH_FORMAT && in.readBoolean() ? SmallRows.read(in) : null;
        return new TableFiles(
                table,
                interval,
                epoch,
                position,
                timestamp,
                dataFiles,
                deleteFiles,
                replaced,
                ids.isEmpty() ? null : ColumnIds.parse(ids.get(0)),
                names,
                replacement,
                plan.isEmpty() ? null : TablePlan.parse(plan.get(0)),
                isHeld,
                deletes,
                until,
                rows);
    }

    private static SortedMap<Integer, String> readNames(DataInputView in) throws IOException {
        SortedMap<Integer, String> names = new TreeMap<>();
        for (int count = in.readInt(); count > 0; count--) {
            names.put(in.readInt(), in.readUTF());
        }
        return names;
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
        if (isHeld) {
            return table + " " + interval + ": held";
        }
        return table + " " + interval + "." + epoch + ": " + dataFiles.size() + " data files, " + deleteFiles.size()
                + " delete files";
    }
}
