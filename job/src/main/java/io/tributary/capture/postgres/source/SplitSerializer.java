package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.server.Era;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Splits in checkpoints: a letter for the kind, then the fields in their order. */
final class SplitSerializer implements SimpleVersionedSerializer<Split> {

    static final SplitSerializer INSTANCE = new SplitSerializer();

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Split split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(split, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public Split deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "Version " + version + " of the reader's state is not known to this version of the job");
        }
        return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    static void write(Split split, DataOutputStream out) throws IOException {
        if (split instanceof Chunk) {
            Chunk chunk = (Chunk) split;
            boolean isPlain = chunk.readAs() == ReadAs.NOW && chunk.again().isNobody();
            out.writeByte(isPlain ? 'c' : 'd');
            out.writeLong(chunk.start());
            out.writeUTF(chunk.table());
            out.writeLong(chunk.relation());
            out.writeUTF(chunk.name());
            out.writeLong(chunk.file());
            byte[] condition = chunk.condition().getBytes(StandardCharsets.UTF_8);
            out.writeInt(condition.length);
            out.write(condition);
            out.writeLong(chunk.rows());
            out.writeInt(chunk.number());
            out.writeLong(chunk.end());
            out.writeLong(chunk.readFile());
            if (!isPlain) {
                chunk.readAs().write(out);
                Resync.writeAgain(chunk.again(), out);
            }
            return;
        }
        SlotSplit slot = (SlotSplit) split;
        boolean isPlain = slot.tables() == Tables.UNKNOWN;
        boolean isKnown = slot.knownAt() != 0;
        boolean isFirst = slot.era().equals(Era.FIRST);
        boolean isOwedKnown = slot.tables().owed().isKnown();
        boolean isHashed = isOwedKnown || !slot.tables().hashed().isNone();
        out.writeByte(isOwedKnown ? 'x' : isHashed ? 'w' : !isFirst ? 'v' : !isPlain ? 'u' : isKnown ? 't' : 's');
        out.writeLong(slot.position());
        out.writeLong(slot.system());
        out.writeInt(slot.timeline());
        out.writeLong(slot.snapshotStart());
        out.writeLong(slot.snapshotEnd());
        if (isKnown || !isPlain || !isFirst || isHashed) {
            out.writeLong(slot.knownAt());
        }
        if (!isPlain || !isFirst || isHashed) {
            slot.tables().write(out);
        }
        if (!isFirst || isHashed) {
            slot.era().write(out);
        }
        if (isHashed) {
            slot.tables().hashed().write(out);
        }
        if (isOwedKnown) {
            slot.tables().owed().write(out);
        }
    }

    static Split read(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        switch (kind) {
            case 'c':
            case 'd':
                long start = in.readLong();
                String table = in.readUTF();
                long relation = in.readLong();
                String name = in.readUTF();
                long file = in.readLong();
                byte[] condition = new byte[in.readInt()];
                in.readFully(condition);
                String sql = new String(condition, StandardCharsets.UTF_8);
                Chunk chunk = Chunk.of(start, table, relation, name, file, sql, in.readLong());
                Chunk whole = chunk.numbered(in.readInt()).readAt(in.readLong(), in.readLong());
                return kind == 'c' ? whole : whole.of(ReadAs.read(in), Resync.readAgain(in));
            case 's':
                return slot(in);
            case 't':
                return slot(in).knownAt(in.readLong());
            case 'u':
                return slot(in).knownAt(in.readLong()).with(Tables.read(in));
            case 'v':
            case 'w':
            case 'x':
                SlotSplit slot = slot(in).knownAt(in.readLong()).with(Tables.read(in));
                SlotSplit known = slot.in(Era.read(in), slot.position());
                Tables tables = kind == 'v' ? known.tables() : known.tables().with(HashedTables.read(in));
                return known.with(kind == 'x' ? tables.with(OwedRows.read(in)) : tables);
            default:
                throw new IOException("A split of the kind '" + (char) kind + "' is not known");
        }
    }

    private static SlotSplit slot(DataInputStream in) throws IOException {
        return SlotSplit.of(in.readLong(), in.readLong(), in.readInt(), in.readLong(), in.readLong());
    }
}
