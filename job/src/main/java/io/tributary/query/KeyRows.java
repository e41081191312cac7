package io.tributary.query;

import io.tributary.change.BinaryRows;
import io.tributary.change.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * The rows that an output has for one key now, in the order they came; the last one is the one that counts.
 *
 * <p>There is one in the end. There are more for a moment, when a row's replacement overtakes its retraction on the way
 * from different subtasks; and for long only if the key does not tell the SELECT's rows apart. Then the key is
 * {@link #share shared}, and no row counts until one is left.
 */
final class KeyRows {

    private static final byte FORMAT = 1;

    /** As the other, of rows that share their key. */
    private static final byte FORMAT_OF_SHARED = 2;

    /** What the others have more if the place is known. */
    private static final byte PLACED = 2;

    private final List<BinaryRowData> rows;
    private boolean isShared;
    private @Nullable Place place;

    private KeyRows(List<BinaryRowData> rows, boolean isShared, @Nullable Place place) {
        this.rows = rows;
        this.isShared = isShared;
        this.place = place;
    }

    /** The inverse of {@link #toBytes}. */
    static KeyRows of(int arity, byte @Nullable [] bytes) {
        List<BinaryRowData> rows = new ArrayList<>(2);
        boolean isShared = false;
        Place place = null;
        if (bytes != null) {
            try {
                DataInputDeserializer in = new DataInputDeserializer(bytes);
                byte format = in.readByte();
                isShared = format == FORMAT_OF_SHARED || format == FORMAT_OF_SHARED + PLACED;
                boolean isPlaced = format == FORMAT + PLACED || format == FORMAT_OF_SHARED + PLACED;
                if (format != FORMAT && !isShared && !isPlaced) {
                    throw new IOException("Format " + format + " of rows in state is not known to this version");
                }
                place = isPlaced ? Place.read(in) : null;
                while (in.available() > 0) {
                    rows.add(BinaryRows.read(arity, in));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new KeyRows(rows, isShared, place);
    }

    /** Null if there are no rows. */
    byte @Nullable [] toBytes() {
        if (rows.isEmpty()) {
            return null;
        }
        try {
            DataOutputSerializer out =
                    new DataOutputSerializer(1 + rows.size() * (4 + rows.get(0).getSizeInBytes()));
            int format = isShared && rows.size() > 1 ? FORMAT_OF_SHARED : FORMAT;
            out.writeByte(place == null ? format : format + PLACED);
            if (place != null) {
                place.write(out);
            }
            for (BinaryRowData row : rows) {
                BinaryRows.write(row, out);
            }
            return out.getCopyOfBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where Iceberg has what is shown of the key; null if it has nothing, or that is not known. */
    @Nullable
    Place place() {
        return place;
    }

    void at(@Nullable Place newPlace) {
        place = newPlace;
    }

    void add(BinaryRowData row) {
        rows.add(row);
    }

    /** Takes the oldest row equal to this one away. Where it was, counted from the oldest; below 0 if there is none. */
    int retract(BinaryRowData row) {
        int place = rows.indexOf(row);
        if (place >= 0) {
            rows.remove(place);
        }
        return place;
    }

    void dropOldest(int count) {
        rows.subList(0, count).clear();
    }

    /** Null if there is none, or if it is not to be chosen. */
    @Nullable
    BinaryRowData current() {
        return rows.isEmpty() || (isShared && rows.size() > 1) ? null : rows.get(rows.size() - 1);
    }

    /** From now on none of them counts, until there is one again. */
    void share() {
        isShared = rows.size() > 1;
    }

    /** Whether one of several counts. */
    boolean isInDoubt() {
        return rows.size() > 1 && !isShared;
    }

    List<BinaryRowData> rows() {
        return rows;
    }

    int count() {
        return rows.size();
    }
}
