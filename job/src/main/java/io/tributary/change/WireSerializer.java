package io.tributary.change;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes and reads one {@link Wire} type. The values are immutable, so a copy is the value itself. */
final class WireSerializer<T> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final Wire wire;
    private transient @Nullable SchemaDictionary schemas;

    WireSerializer(Wire wire) {
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return new WireSerializer<>(wire);
    }

    @Override
    public @Nullable T createInstance() {
        return null;
    }

    @Override
    public T copy(T from) {
        return from;
    }

    @Override
    public T copy(T from, T reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(T record, DataOutputView target) throws IOException {
        wire.write(record, schemas(), target);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T deserialize(DataInputView source) throws IOException {
        return (T) wire.read(schemas(), source);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    private SchemaDictionary schemas() {
        if (schemas == null) {
            schemas = new SchemaDictionary();
        }
        return schemas;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WireSerializer && ((WireSerializer<?>) other).wire == wire;
    }

    @Override
    public int hashCode() {
        return wire.name().hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new WireSerializerSnapshot<>(wire);
    }
}
