package io.tributary.capture.kafka;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.debezium.DebeziumReader;
import io.tributary.capture.debezium.TopicTables;
import io.tributary.change.Captured;
import io.tributary.change.RawRecord;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of the source in front of it.
 *
 * <p>Partitions move between subtasks when the job is restored, so every subtask is given what was kept of all partitions, and keeps
 * it. Of a partition that another one reads that is out of date: the reader goes by the greatest offset.
 */
final class ReadEvents extends ProcessFunction<RawRecord, Captured> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    static final String SYSTEM = "kafka";

    private final KafkaSettings settings;
    private final TopicTables tables;
    private final TreeMap<String, Schema> known;
    private final TopicIds topicIds;

    private transient @Nullable DebeziumReader reader;
    private transient @Nullable ListState<byte[]> progress;
    private transient @Nullable ListState<String> keptTopicIds;
    private transient @Nullable Counter rejected;
    private transient @Nullable Counter skipped;

    /** @param topicIds as they are at the start */
    ReadEvents(KafkaSettings settings, TopicTables tables, Map<String, Schema> known, TopicIds topicIds) {
        this.settings = settings;
        this.tables = tables;
        this.known = new TreeMap<>(known);
        this.topicIds = topicIds;
    }

    static DebeziumReader reader(KafkaSettings settings, TopicTables tables, Map<String, Schema> known) {
        return new DebeziumReader(SYSTEM, tables, settings.placeholder(), RegistryClient.of(settings), known);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        reader = reader(settings, tables, known);
        progress = context.getOperatorStateStore()
                .getUnionListState(
                        new ListStateDescriptor<>("progress", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        for (byte[] each : progress.get()) {
            reader.restore(each);
        }
        keptTopicIds =
                context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("topic-ids", Types.STRING));
        String problem = topicIds.problem(keptTopicIds.get());
        if (problem != null) {
            throw new SuppressRestartsException(new IllegalStateException(problem));
        }
        rejected = getRuntimeContext().getMetricGroup().counter("rejected");
        skipped = getRuntimeContext().getMetricGroup().counter("recordsSkipped");
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        requireNonNull(progress).update(requireNonNull(reader).progress());
        boolean isFirst = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        requireNonNull(keptTopicIds).update(isFirst ? topicIds.entries() : List.of());
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<Captured> out) {
        boolean isPassedOver = requireNonNull(reader).read(record, captured -> {
            if (captured instanceof Rejected) {
                requireNonNull(rejected).inc();
            }
            out.collect(captured);
        });
        if (isPassedOver) {
            requireNonNull(skipped).inc();
        }
    }
}
