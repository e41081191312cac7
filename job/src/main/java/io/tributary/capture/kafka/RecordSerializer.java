package io.tributary.capture.kafka;

import io.tributary.capture.debezium.DebeziumRecord;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes records between operators that are not chained. They are immutable, so a copy is the record itself. */
final class RecordSerializer extends TypeSerializer<DebeziumRecord> {

    private static final long serialVersionUID = 1L;

    static final RecordSerializer INSTANCE = new RecordSerializer();

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializer<DebeziumRecord> duplicate() {
        return this;
    }

    @Override
    public DebeziumRecord createInstance() {
        return new DebeziumRecord("", 0, 0, 0, null, null);
    }

    @Override
    public DebeziumRecord copy(DebeziumRecord from) {
        return from;
    }

    @Override
    public DebeziumRecord copy(DebeziumRecord from, DebeziumRecord reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(DebeziumRecord record, DataOutputView target) throws IOException {
        target.writeUTF(record.topic());
        target.writeInt(record.partition());
        target.writeLong(record.offset());
        target.writeLong(record.timestamp());
        write(record.key(), target);
        write(record.value(), target);
    }

    @Override
    public DebeziumRecord deserialize(DataInputView source) throws IOException {
        return new DebeziumRecord(
                source.readUTF(), source.readInt(), source.readLong(), source.readLong(), read(source), read(source));
    }

    @Override
    public DebeziumRecord deserialize(DebeziumRecord reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    private static void write(byte @Nullable [] bytes, DataOutputView target) throws IOException {
        target.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            target.write(bytes);
        }
    }

    private static byte @Nullable [] read(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        source.readFully(bytes);
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordSerializer;
    }

    @Override
    public int hashCode() {
        return RecordSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<DebeziumRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Public because Flink makes it by name. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DebeziumRecord> {

        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
