package io.tributary.change;

import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/** One record of a topic as it came: its bytes and its place. Immutable: nobody writes to the bytes. */
@TypeInfo(WireTypeFactory.class)
public final class RawRecord {

    private final String topic;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;

    /** @param timestamp in milliseconds since 1970 */
    public RawRecord(
            String topic, int partition, long offset, long timestamp, byte @Nullable [] key, byte @Nullable [] value) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.timestamp = timestamp;
        this.key = key;
        this.value = value;
    }

    public String topic() {
        return topic;
    }

    public int partition() {
        return partition;
    }

    public long offset() {
        return offset;
    }

    public long timestamp() {
        return timestamp;
    }

    public byte @Nullable [] key() {
        return key;
    }

    /** Null in a tombstone. */
    public byte @Nullable [] value() {
        return value;
    }

    @Override
    public String toString() {
        return topic + ", partition " + partition + ", offset " + offset;
    }
}
