package io.tributary.sink.load;

import io.tributary.load.LoadManifest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** In checkpoints: the manifest's name, how many files it has, and of each its path and its length. */
final class CompletedSerializer implements SimpleVersionedSerializer<Completed> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(Completed completed) throws IOException {
        Map<String, Long> files = completed.manifest().files();
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeUTF(completed.name());
        out.writeInt(files.size());
        for (Map.Entry<String, Long> file : files.entrySet()) {
            out.writeUTF(file.getKey());
            out.writeLong(file.getValue());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public Completed deserialize(int version, byte[] serialized) throws IOException {
        if (version != VERSION) {
            throw new IOException("Files in version " + version + " were written by a newer job");
        }
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        String name = in.readUTF();
        Map<String, Long> files = new LinkedHashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            String path = in.readUTF();
            files.put(path, in.readLong());
        }
        return new Completed(name, new LoadManifest(files));
    }
}
