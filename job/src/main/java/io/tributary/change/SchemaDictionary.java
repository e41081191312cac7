package io.tributary.change;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The schemas one reader has met, by fingerprint. On the wire a schema is its fingerprint, the length of its bytes, and
 * the bytes; a reader decodes each fingerprint once and skips the bytes after that.
 *
 * <p>Not safe for use by several threads.
 */
public final class SchemaDictionary {

    private final Map<Long, Schema> known = new HashMap<>();
    private @Nullable Schema last;

    public void write(Schema schema, DataOutputView out) throws IOException {
        byte[] bytes = schema.bytes();
        out.writeLong(schema.fingerprint());
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    public Schema read(DataInputView in) throws IOException {
        long fingerprint = in.readLong();
        int length = in.readInt();
        Schema hit = find(fingerprint);
        if (hit != null) {
            in.skipBytesToRead(length);
            return hit;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        Schema schema = SchemaBytes.read(bytes);
        if (schema.fingerprint() != fingerprint) {
            throw new IOException("The bytes of schema " + schema + " do not fit its fingerprint");
        }
        add(schema);
        return schema;
    }

    /** True if the schema was not known before. */
    public boolean add(Schema schema) {
        last = schema;
        return known.put(schema.fingerprint(), schema) == null;
    }

    public @Nullable Schema find(long fingerprint) {
        if (last != null && last.fingerprint() == fingerprint) {
            return last;
        }
        Schema hit = known.get(fingerprint);
        if (hit != null) {
            last = hit;
        }
        return hit;
    }
}
