package io.tributary.latest;

import io.tributary.change.PackedRows;
import io.tributary.change.Place;
import io.tributary.change.Position;
import io.tributary.change.RowPlaces;
import io.tributary.change.Varints;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LatestRow} stands in state: one byte of flags; the position; of a tombstone when it is due; of a row its
 * schema's fingerprint, its hash if it is trimmed, its number of columns and, if it has any, the {@linkplain PackedRows packed}
 * row, then its older values, what is in doubt, when it is due, and where Iceberg has it.
 *
 * <p>A row costs about 20 bytes besides itself, a trimmed one without columns about 28 in all.
 */
final class LatestRowSerializer extends TypeSerializerSingleton<LatestRow> {

    private static final long serialVersionUID = 1L;

    static final LatestRowSerializer INSTANCE = new LatestRowSerializer();

    private static final int ROW = 1;
    private static final int WHOLE = 2;
    private static final int OLDER = 4;
    private static final int DOUBTS = 8;
    private static final int PLACE = 16;
    private static final int PLACES_OF_FILES = 32;

    @Override
    public void serialize(LatestRow record, DataOutputView out) throws IOException {
        BinaryRowData row = record.row();
        LatestRow.Older[] older = record.older();
        LatestRow.Older[] doubts = record.doubts();
        RowPlaces places = record.places();
        Place place = places.own();
        out.writeByte((row == null ? 0 : ROW)
                | (record.isWhole() ? WHOLE : 0)
                | (older.length == 0 ? 0 : OLDER)
                | (doubts.length == 0 ? 0 : DOUBTS)
                | (place == null ? 0 : PLACE)
                | (places.hasOfFiles() ? PLACES_OF_FILES : 0));
        record.position().writePacked(out);
        if (row != null || doubts.length > 0) {
            out.writeLong(record.fingerprint());
        }
        if (row != null) {
            if (!record.isWhole()) {
                out.writeLong(record.hash());
            }
            Varints.write(row.getArity(), out);
            if (row.getArity() > 0) {
                PackedRows.write(row, out);
            }
        }
        if (older.length > 0) {
            write(older, out);
        }
        if (doubts.length > 0) {
            write(doubts, out);
        }
        if (row == null || older.length > 0) {
            Varints.write(record.due(), out);
        }
        if (place != null) {
            place.write(out);
        }
        if (places.hasOfFiles()) {
            places.writeOfFiles(out);
        }
    }

    @Override
    public LatestRow deserialize(DataInputView in) throws IOException {
        int flags = in.readByte();
        Position position = Position.readPacked(in);
        boolean hasRow = (flags & ROW) != 0;
        boolean isWhole = (flags & WHOLE) != 0;
        boolean hasDoubts = (flags & DOUBTS) != 0;
        long fingerprint = hasRow || hasDoubts ? in.readLong() : 0;
        if (!hasRow) {
            LatestRow tombstone = LatestRow.tombstone(position);
            return (hasDoubts ? tombstone.doubts(fingerprint, read(in)) : tombstone).due(Varints.read(in));
        }
        long hash = isWhole ? 0 : in.readLong();
        int arity = (int) Varints.read(in);
        BinaryRowData row = arity == 0 ? LatestRow.NO_COLUMNS : PackedRows.read(arity, in);
        LatestRow.Older[] older = (flags & OLDER) == 0 ? LatestRow.NOTHING_OLDER : read(in);
        LatestRow latest = isWhole
                ? LatestRow.whole(position, fingerprint, row, older)
                : LatestRow.trimmed(position, fingerprint, row, hash);
        if (hasDoubts) {
            latest = latest.doubts(fingerprint, read(in));
        }
        latest = older.length == 0 ? latest : latest.due(Varints.read(in));
        Place place = (flags & PLACE) == 0 ? null : Place.read(in);
        return latest.at((flags & PLACES_OF_FILES) == 0 ? RowPlaces.of(place) : RowPlaces.readOfFiles(place, in));
    }

    private static void write(LatestRow.Older[] values, DataOutputView out) throws IOException {
        Varints.write(values.length, out);
        for (LatestRow.Older value : values) {
            Varints.write(value.column(), out);
            out.writeBoolean(value.isKnown());
            value.position().writePacked(out);
        }
    }

    private static LatestRow.Older[] read(DataInputView in) throws IOException {
        LatestRow.Older[] values = new LatestRow.Older[(int) Varints.read(in)];
        for (int i = 0; i < values.length; i++) {
            int column = (int) Varints.read(in);
            boolean known = in.readBoolean();
            Position at = Position.readPacked(in);
            values[i] = known ? LatestRow.Older.known(column, at) : LatestRow.Older.unknown(column, at);
        }
        return values;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public @Nullable LatestRow createInstance() {
        return null;
    }

    @Override
    public LatestRow copy(LatestRow from) {
        return from;
    }

    @Override
    public LatestRow copy(LatestRow from, LatestRow reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public LatestRow deserialize(LatestRow reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public TypeSerializerSnapshot<LatestRow> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Public because Flink makes it by name when it restores. */
    public static final class Snapshot implements TypeSerializerSnapshot<LatestRow> {

        /** Those before were never released. */
        private static final int VERSION = 5;

        /** Without places. */
        private static final int WITHOUT_PLACES = 4;

        public Snapshot() {}

        @Override
        public int getCurrentVersion() {
            return VERSION;
        }

        @Override
        public void writeSnapshot(DataOutputView out) {
            // The version says it all.
        }

        @Override
        public void readSnapshot(int readVersion, DataInputView in, ClassLoader loader) throws IOException {
            if (readVersion != VERSION && readVersion != WITHOUT_PLACES) {
                throw new IOException("State of format " + readVersion
                        + " is not known to this version: start the job anew, without a savepoint");
            }
        }

        @Override
        public TypeSerializer<LatestRow> restoreSerializer() {
            return INSTANCE;
        }

        @Override
        public TypeSerializerSchemaCompatibility<LatestRow> resolveSchemaCompatibility(
                TypeSerializerSnapshot<LatestRow> old) {
            return TypeSerializerSchemaCompatibility.compatibleAsIs();
        }
    }
}
