package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Splits in checkpoints: a letter for the phase, then the fields in their order. */
final class ExportSplitSerializer implements SimpleVersionedSerializer<ExportSplit> {

    static final ExportSplitSerializer INSTANCE = new ExportSplitSerializer();

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ExportSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(split, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public ExportSplit deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "Version " + version + " of the exports' state is not known to this version of the job");
        }
        return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    static void write(ExportSplit split, DataOutputStream out) throws IOException {
        out.writeByte(split.phase().letter());
        out.writeUTF(split.export());
        out.writeUTF(split.table());
        out.writeLong(split.window().from());
        out.writeLong(split.window().to());
        out.writeUTF(split.file().path());
        out.writeUTF(split.file().md5());
        out.writeLong(split.file().items());
        bytes(split.reason().getBytes(StandardCharsets.UTF_8), out);
        bytes(split.raw(), out);
        out.writeInt(split.number());
        out.writeLong(split.offset());
        out.writeBoolean(split.isReported());
    }

    static ExportSplit read(DataInputStream in) throws IOException {
        return ExportSplit.restored(
                Phase.of((char) in.readByte()),
                in.readUTF(),
                in.readUTF(),
                Window.of(in.readLong(), in.readLong()),
                DataFile.of(in.readUTF(), in.readUTF(), in.readLong()),
                new String(bytes(in), StandardCharsets.UTF_8),
                bytes(in),
                in.readInt(),
                in.readLong(),
                in.readBoolean());
    }

    private static void bytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
