package io.tributary.capture.kafka;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions are begun. From there on nothing is passed over: where the topic no longer has the records that would be next, the
 * job fails, and does not go on with the oldest there are.
 */
final class StartOffsets implements OffsetsInitializer {

    private static final long serialVersionUID = 1L;

    private final OffsetsInitializer offsets;

    private StartOffsets(OffsetsInitializer offsets) {
        this.offsets = offsets;
    }

    static StartOffsets of(KafkaSettings settings) {
        switch (settings.start()) {
            case EARLIEST:
                return new StartOffsets(OffsetsInitializer.earliest());
            case TIMESTAMP:
                return new StartOffsets(OffsetsInitializer.timestamp(settings.startTimestamp()));
            case GROUP_OFFSETS:
                return new StartOffsets(OffsetsInitializer.committedOffsets());
            default:
                throw new IllegalStateException("There is no start " + settings.start());
        }
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
            Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
        return offsets.getPartitionOffsets(partitions, retriever);
    }

    @Override
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
        return OffsetResetStrategy.NONE;
    }
}
