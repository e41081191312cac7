package io.tributary.sink.iceberg;

import io.tributary.change.PackedRows;
import io.tributary.change.Place;
import io.tributary.change.Varints;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.jspecify.annotations.Nullable;

/** Collects {@link PlacedDeletes}: up to {@value #MOST} bytes in memory, more in a file. */
final class PlacedDeletesWriter {

    static final int MOST = 1 << 20;

    private final Schema located;
    private final int keyArity;
    private final PartitionSpec spec;
    private final Supplier<OutputFile> newFile;
    private final DataOutputSerializer buffer = new DataOutputSerializer(256);
    private @Nullable OutputFile file;
    private @Nullable PositionOutputStream stream;
    private long slot;
    private long count;

    /** @param newFile where a file is to be, if there are many */
    PlacedDeletesWriter(Schema located, int keyArity, PartitionSpec spec, Supplier<OutputFile> newFile) {
        this.located = located;
        this.keyArity = keyArity;
        this.spec = spec;
        this.newFile = newFile;
    }

    /** @param key the located columns of the row; null if it is in the same commit */
    void add(Place place, @Nullable BinaryRowData key) throws IOException {
        boolean isSameSlot = count > 0 && place.slot() == slot;
        buffer.writeByte((isSameSlot ? PlacedDeletes.SAME_SLOT : 0) | (key == null ? 0 : PlacedDeletes.KEY));
        if (!isSameSlot) {
            buffer.writeLong(place.slot());
            slot = place.slot();
        }
        Varints.write(place.file(), buffer);
        Varints.write(place.row(), buffer);
        if (key != null) {
            PackedRows.write(key, buffer);
        }
        count++;
        if (buffer.length() >= MOST) {
            spill();
        }
    }

    private void spill() throws IOException {
        if (stream == null) {
            OutputFile spilled = newFile.get();
            file = spilled;
            stream = spilled.create();
        }
        stream.write(buffer.getSharedBuffer(), 0, buffer.length());
        buffer.clear();
    }

    /** Null if there are none. */
    @Nullable
    PlacedDeletes finish() throws IOException {
        if (count == 0) {
            return null;
        }
        if (file == null) {
            return new PlacedDeletes(located, keyArity, spec, count, buffer.getCopyOfBuffer(), null);
        }
        spill();
        close();
        return new PlacedDeletes(located, keyArity, spec, count, new byte[0], file.location());
    }

    /** Null if there is no file. */
    @Nullable
    String location() {
        return file == null ? null : file.location();
    }

    void close() throws IOException {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
