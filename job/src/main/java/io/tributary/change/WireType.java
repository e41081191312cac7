package io.tributary.change;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** The types that travel between operators, each with a serializer written by hand; nothing falls to Kryo. */
public final class WireType<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1L;

    public static final WireType<Captured> CAPTURED = new WireType<>(Wire.CAPTURED);
    public static final WireType<Change> CHANGE = new WireType<>(Wire.CHANGE);
    public static final WireType<ChangelogRow> CHANGELOG_ROW = new WireType<>(Wire.CHANGELOG_ROW);
    public static final WireType<Filled> FILLED = new WireType<>(Wire.FILLED);
    public static final WireType<RawRecord> RAW_RECORD = new WireType<>(Wire.RAW_RECORD);
    public static final WireType<Rejected> REJECTED = new WireType<>(Wire.REJECTED);
    public static final WireType<Schema> SCHEMA = new WireType<>(Wire.SCHEMA);
    public static final WireType<TableKey> TABLE_KEY = new WireType<>(Wire.TABLE_KEY);

    private final Wire wire;

    static WireType<?> ofClass(Class<?> type) {
        for (Wire wire : Wire.values()) {
            if (wire.type() == type) {
                return new WireType<>(wire);
            }
        }
        throw new IllegalArgumentException(type + " has no form on the wire");
    }

    private WireType(Wire wire) {
        this.wire = wire;
    }

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
    @SuppressWarnings("unchecked")
    public Class<T> getTypeClass() {
        return (Class<T>) wire.type();
    }

    @Override
    public boolean isKeyType() {
        return wire == Wire.TABLE_KEY;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return new WireSerializer<>(wire);
    }

    @Override
    @Deprecated
    public TypeSerializer<T> createSerializer(ExecutionConfig config) {
        return new WireSerializer<>(wire);
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof WireType;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WireType && ((WireType<?>) other).wire == wire;
    }

    @Override
    public int hashCode() {
        return wire.name().hashCode();
    }

    @Override
    public String toString() {
        return wire.type().getSimpleName();
    }
}
