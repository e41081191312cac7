package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.PackedRows;
import io.tributary.change.Place;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.jspecify.annotations.Nullable;

/**
 * One data file that is being written. Until it is opened its rows are in memory: the file has a name, and its rows have places, but
 * it may never be there.
 */
final class DataFileWriter {

    private static final int ROWS_BETWEEN_LOOKS = 1000;

    private final int number;
    private final String location;
    private final @Nullable FileNumber places;
    private final @Nullable PartitionKey partition;
    private final Supplier<DataWriter<RowData>> opening;
    private @Nullable DataWriter<RowData> writer;
    private @Nullable DataOutputSerializer kept;
    private final BitSet dead = new BitSet();
    private int arity;
    private long rows;

    DataFileWriter(
            int number,
            EncryptedOutputFile file,
            @Nullable PartitionKey partition,
            Supplier<DataWriter<RowData>> opening) {
        this.number = number;
        this.location = file.encryptingOutputFile().location();
        this.places = FileNumber.of(location);
        this.partition = partition;
        this.opening = opening;
    }

    /** Counts the files of an epoch. */
    int number() {
        return number;
    }

    String location() {
        return location;
    }

    @Nullable
    PartitionKey partition() {
        return partition;
    }

    /** Of a row that was written; null if the file's name does not tell. */
    @Nullable
    Place place(long row) {
        return places == null ? null : places.row(row);
    }

    /** Rows written: where the next one will stand. */
    long rows() {
        return rows;
    }

    boolean isOpen() {
        return writer != null;
    }

    void write(BinaryRowData row) {
        requireNonNull(writer).write(row);
        rows++;
    }

    /** In memory; how many bytes more that is. */
    int keep(BinaryRowData row) throws IOException {
        DataOutputSerializer buffer = kept;
        if (buffer == null) {
            buffer = new DataOutputSerializer(256);
            kept = buffer;
        }
        int before = buffer.length();
        PackedRows.write(row, buffer);
        arity = row.getArity();
        rows++;
        return buffer.length() - before;
    }

    /** A row that is in memory is to be in no file. */
    void drop(long row) {
        dead.set(Math.toIntExact(row));
    }

    /** The rows that were {@link #drop dropped}, if they had to be written. */
    BitSet dropped() {
        return dead;
    }

    /** From now on rows go into the file, those of before first. */
    void open() throws IOException {
        DataWriter<RowData> opened = opening.get();
        writer = opened;
        if (kept != null) {
            new SmallRows.Part(new FileNumber(0, 0), (int) rows, kept.getCopyOfBuffer())
                    .rows(arity)
                    .forEach(opened::write);
            kept = null;
        }
    }

    /** The rows of a file that was not opened; null if none is left. */
    SmallRows.@Nullable Part part() throws IOException {
        FileNumber file = requireNonNull(places);
        byte[] all = requireNonNull(kept).getCopyOfBuffer();
        SmallRows.Part part = new SmallRows.Part(file, (int) rows, all);
        if (dead.isEmpty()) {
            return part;
        }
        List<BinaryRowData> living = part.rows(arity);
        DataOutputSerializer buffer = new DataOutputSerializer(all.length);
        int count = 0;
        for (int row = dead.nextClearBit(0); row < rows; row = dead.nextClearBit(row + 1)) {
            PackedRows.write(living.get(row), buffer);
            count++;
        }
        return count == 0 ? null : new SmallRows.Part(file, count, buffer.getCopyOfBuffer());
    }

    /** Looks at the size now and then, because that costs something. */
    boolean hasReached(long targetSize) {
        return writer != null && rows % ROWS_BETWEEN_LOOKS == 0 && writer.length() >= targetSize;
    }

    DataFile finish() throws IOException {
        DataWriter<RowData> opened = requireNonNull(writer);
        opened.close();
        return opened.toDataFile();
    }

    void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
