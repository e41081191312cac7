package io.tributary.capture.kafka;

import io.tributary.capture.debezium.DebeziumRecord;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** The type of records on their way from the source to the operator that reads them. */
final class RecordType extends TypeInformation<DebeziumRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<DebeziumRecord> getTypeClass() {
        return DebeziumRecord.class;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<DebeziumRecord> createSerializer(SerializerConfig config) {
        return RecordSerializer.INSTANCE;
    }

    @Override
    @Deprecated
    public TypeSerializer<DebeziumRecord> createSerializer(ExecutionConfig config) {
        return RecordSerializer.INSTANCE;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof RecordType;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecordType;
    }

    @Override
    public int hashCode() {
        return RecordType.class.hashCode();
    }

    @Override
    public String toString() {
        return "DebeziumRecord";
    }
}
