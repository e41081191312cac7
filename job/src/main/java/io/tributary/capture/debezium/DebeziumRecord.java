package io.tributary.capture.debezium;

import org.jspecify.annotations.Nullable;

/** One record of a topic as it came: its bytes and its place. Immutable: nobody writes to the bytes. */
public final class DebeziumRecord {

    private final String topic;
    private final int partition;
    private final long offset;
    private final long timestamp;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;

    /** @param timestamp in milliseconds since 1970 */
    public DebeziumRecord(
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
