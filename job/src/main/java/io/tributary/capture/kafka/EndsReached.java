package io.tributary.capture.kafka;

import io.tributary.change.RawRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.common.TopicPartition;

/**
 * Says of each partition, to the side, that all which it had when the job began was read and is part of a checkpoint: whatever
 * stands behind has it by then. It may be said more than once.
 *
 * <p>Partitions move between subtasks when the job is restored, so every subtask looks out for all of them.
 */
final class EndsReached extends AbstractStreamOperator<RawRecord>
        implements OneInputStreamOperator<RawRecord, RawRecord> {

    private static final long serialVersionUID = 1L;

    /** Of the partition, as {@link TopicPartition#toString} writes it. */
    static final OutputTag<String> REACHED = new OutputTag<>("reached", Types.STRING);

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("ends", Types.STRING);

    /** In place of an offset: the partition was read up to its end. */
    private static final long READ = -1;

    private static final String TAB = "\t";

    private final TreeMap<String, Long> endsAtStart = new TreeMap<>();

    private transient Map<String, Long> ends;
    private transient Map<String, Long> reached;
    private transient ListState<String> state;

    /** @param last of each partition, the offset of the last record that it has when the job is submitted */
    @SuppressWarnings("NullAway.Init")
    EndsReached(Map<TopicPartition, Long> last) {
        last.forEach((partition, offset) -> endsAtStart.put(partition.toString(), offset));
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        state = context.getOperatorStateStore().getUnionListState(STATE);
        ends = new TreeMap<>();
        reached = new TreeMap<>();
        if (!context.isRestored()) {
            ends.putAll(endsAtStart);
        }
        for (String entry : state.get()) {
            int tab = entry.indexOf(TAB);
            ends.merge(entry.substring(tab + 1), Long.parseLong(entry.substring(0, tab)), Math::min);
        }
        ends.forEach((partition, end) -> {
            if (end == READ) {
                reached.put(partition, 0L);
            }
        });
        ends.keySet().removeAll(reached.keySet());
    }

    @Override
    public void processElement(StreamRecord<RawRecord> element) {
        if (!ends.isEmpty()) {
            RawRecord record = element.getValue();
            String partition = record.topic() + "-" + record.partition();
            Long end = ends.get(partition);
            if (end != null && record.offset() >= end) {
                ends.remove(partition);
                reached.put(partition, Long.MAX_VALUE);
            }
        }
        output.collect(element);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<String> entries = new ArrayList<>();
        ends.forEach((partition, end) -> entries.add(end + TAB + partition));
        reached.replaceAll((partition, checkpoint) -> Math.min(checkpoint, context.getCheckpointId()));
        reached.keySet().forEach(partition -> entries.add(READ + TAB + partition));
        state.update(entries);
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
        super.notifyCheckpointComplete(checkpoint);
        for (Iterator<Map.Entry<String, Long>> each = reached.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Long> partition = each.next();
            if (partition.getValue() <= checkpoint) {
                output.collect(REACHED, new StreamRecord<>(partition.getKey()));
                each.remove();
            }
        }
    }
}
