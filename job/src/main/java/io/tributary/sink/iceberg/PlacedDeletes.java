package io.tributary.sink.iceberg;

import io.tributary.change.PackedRows;
import io.tributary.change.Place;
import io.tributary.change.Varints;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.JsonUtil;
import org.jspecify.annotations.Nullable;

/**
 * Rows that one writer deletes by their places, with their keys and partitions for those of which the place turns out to be none of
 * the table's any more. Many of them stand in a file beside the table's, which is of no use after the commit.
 *
 * <p>Of a row there are one byte of flags, its {@link Place}, whose slot stays away if it is that of the one before, and its key,
 * {@linkplain PackedRows packed}. There is no key where the row was written in the same commit: then it is there.
 */
final class PlacedDeletes {

    static final int SAME_SLOT = 1;
    static final int KEY = 2;

    private final Schema located;
    private final int keyArity;
    private final PartitionSpec spec;
    private final long count;
    private final byte[] inline;
    private final @Nullable String location;

    /**
     * @param located the columns of the key, and then those by which the table is partitioned otherwise
     * @param keyArity how many the former are
     * @param spec how the table was partitioned
     * @param inline all rows, if there is no file
     */
    PlacedDeletes(
            Schema located, int keyArity, PartitionSpec spec, long count, byte[] inline, @Nullable String location) {
        this.located = located;
        this.keyArity = keyArity;
        this.spec = spec;
        this.count = count;
        this.inline = inline.clone();
        this.location = location;
    }

    /** What is done with each row. */
    interface Visitor {
        /** @param key overwritten by the next; null if the row is in the same commit */
        void deleted(Place place, @Nullable BinaryRowData key) throws IOException;
    }

    Schema located() {
        return located;
    }

    int keyArity() {
        return keyArity;
    }

    PartitionSpec spec() {
        return spec;
    }

    long count() {
        return count;
    }

    /** Of the file that has the rows; null if there is none. */
    @Nullable
    String location() {
        return location;
    }

    void forEach(FileIO io, Visitor visitor) throws IOException {
        if (location == null) {
            read(new ByteArrayInputStream(inline), visitor);
            return;
        }
        try (InputStream stream = io.newInputFile(location).newStream()) {
            read(new BufferedInputStream(stream, 1 << 16), visitor);
        }
    }

    private void read(InputStream stream, Visitor visitor) throws IOException {
        DataInputView in = new DataInputViewStreamWrapper(stream);
        long slot = 0;
        for (long i = 0; i < count; i++) {
            int flags = in.readByte();
            slot = (flags & SAME_SLOT) == 0 ? in.readLong() : slot;
            Place place = Place.of(slot, (int) Varints.read(in), Varints.read(in));
            visitor.deleted(
                    place,
                    (flags & KEY) == 0
                            ? null
                            : PackedRows.read(located.columns().size(), in));
        }
    }

    void write(DataOutputView out) throws IOException {
        writeText(SchemaParser.toJson(located), out);
        out.writeInt(keyArity);
        writeText(PartitionSpecParser.toJson(spec), out);
        out.writeLong(count);
        out.writeBoolean(location != null);
        if (location != null) {
            writeText(location, out);
            return;
        }
        out.writeInt(inline.length);
        out.write(inline);
    }

    static PlacedDeletes read(DataInputView in) throws IOException {
        Schema located = SchemaParser.fromJson(readText(in));
        int keyArity = in.readInt();
        PartitionSpec spec = JsonUtil.parse(readText(in), json -> PartitionSpecParser.fromJson(located, json));
        long count = in.readLong();
        if (in.readBoolean()) {
            return new PlacedDeletes(located, keyArity, spec, count, new byte[0], readText(in));
        }
        byte[] inline = new byte[in.readInt()];
        in.readFully(inline);
        return new PlacedDeletes(located, keyArity, spec, count, inline, null);
    }

    private static void writeText(String text, DataOutputView out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
