package io.tributary.change;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** What a savepoint remembers of a {@link WireSerializer}: the name of its type. Public because Flink makes it by name. */
public final class WireSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {

    /** 1 was never released. */
    private static final int VERSION = 2;

    private @Nullable Wire wire;

    public WireSerializerSnapshot() {}

    WireSerializerSnapshot(Wire wire) {
        this.wire = wire;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(wire().name());
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader) throws IOException {
        if (readVersion != VERSION) {
            throw new IOException("State of format " + readVersion
                    + " is not known to this version: start the job anew, without a savepoint");
        }
        wire = Wire.valueOf(in.readUTF());
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
        return new WireSerializer<>(wire());
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
        return old instanceof WireSerializerSnapshot && ((WireSerializerSnapshot<T>) old).wire == wire
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }

    private Wire wire() {
        if (wire == null) {
            throw new IllegalStateException("This snapshot has not been read");
        }
        return wire;
    }
}
