package io.tributary.latest;

import io.tributary.change.BinaryRows;
import io.tributary.change.Position;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LatestRow} stands in state: one byte of flags, the position, and for a row its schema's fingerprint, its
 * number of columns, its bytes, its hash if it is trimmed, and its older values and when they are due.
 */
final class LatestRowSerializer extends TypeSerializerSingleton<LatestRow> {

    private static final long serialVersionUID = 1L;

    static final LatestRowSerializer INSTANCE = new LatestRowSerializer();

    private static final int ROW = 1;
    private static final int WHOLE = 2;
    private static final int OLDER = 4;

    @Override
    public void serialize(LatestRow record, DataOutputView out) throws IOException {
        BinaryRowData row = record.row();
        LatestRow.Older[] older = record.older();
        out.writeByte((row == null ? 0 : ROW) | (record.isWhole() ? WHOLE : 0) | (older.length == 0 ? 0 : OLDER));
        record.position().write(out);
        if (row == null) {
            out.writeLong(record.due());
            return;
        }
        out.writeLong(record.fingerprint());
        out.writeShort(row.getArity());
        BinaryRows.write(row, out);
        if (!record.isWhole()) {
            out.writeLong(record.hash());
        }
        if (older.length > 0) {
            out.writeShort(older.length);
            for (LatestRow.Older value : older) {
                out.writeShort(value.column());
                out.writeBoolean(value.isKnown());
                value.position().write(out);
            }
            out.writeLong(record.due());
        }
    }

    @Override
    public LatestRow deserialize(DataInputView in) throws IOException {
        int flags = in.readByte();
        Position position = Position.read(in);
        if ((flags & ROW) == 0) {
            return LatestRow.tombstone(position).due(in.readLong());
        }
        long fingerprint = in.readLong();
        BinaryRowData row = BinaryRows.read(in.readUnsignedShort(), in);
        if ((flags & WHOLE) == 0) {
            return LatestRow.trimmed(position, fingerprint, row, in.readLong());
        }
        if ((flags & OLDER) == 0) {
            return LatestRow.whole(position, fingerprint, row, LatestRow.NOTHING_OLDER);
        }
        LatestRow.Older[] older = new LatestRow.Older[in.readUnsignedShort()];
        for (int i = 0; i < older.length; i++) {
            int column = in.readUnsignedShort();
            boolean known = in.readBoolean();
            Position at = Position.read(in);
            older[i] = known ? LatestRow.Older.known(column, at) : LatestRow.Older.unknown(column, at);
        }
        return LatestRow.whole(position, fingerprint, row, older).due(in.readLong());
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
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LatestRow> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
