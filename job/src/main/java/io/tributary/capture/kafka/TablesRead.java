package io.tributary.capture.kafka;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Says of each table that its rows were read, when all partitions that may have some were read up to where they ended when the job
 * began. There is one of it.
 *
 * <p>It says so at no position, since partitions have none in common: no row is gone for being older, but those of which nothing came.
 */
final class TablesRead extends ProcessFunction<String, Captured> implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("unread", Types.STRING);
    private static final String TAB = "\t";

    private final TreeMap<String, Set<String>> atStart = new TreeMap<>();
    private final TreeMap<String, Schema> schemas;

    private transient @Nullable Map<String, Set<String>> unread;
    private transient @Nullable ListState<String> state;

    /**
     * @param partitions by table, those that have records which may be of it
     * @param schemas of all tables
     */
    TablesRead(Map<String, Set<String>> partitions, Map<String, Schema> schemas) {
        partitions.forEach((table, each) -> atStart.put(table, new TreeSet<>(each)));
        this.schemas = new TreeMap<>(schemas);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        Map<String, Set<String>> left = new TreeMap<>();
        if (!context.isRestored()) {
            atStart.forEach((table, partitions) -> left.put(table, new TreeSet<>(partitions)));
        }
        state = context.getOperatorStateStore().getListState(STATE);
        for (String entry : state.get()) {
            int tab = entry.indexOf(TAB);
            left.computeIfAbsent(entry.substring(tab + 1), table -> new TreeSet<>())
                    .add(entry.substring(0, tab));
        }
        unread = left;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        List<String> entries = new ArrayList<>();
        requireNonNull(unread)
                .forEach((table, partitions) -> partitions.forEach(partition -> entries.add(partition + TAB + table)));
        requireNonNull(state).update(entries);
    }

    @Override
    public void processElement(String partition, Context context, Collector<Captured> out) {
        requireNonNull(unread).entrySet().removeIf(each -> {
            boolean isLast =
                    each.getValue().remove(partition) && each.getValue().isEmpty();
            Schema schema = isLast ? schemas.get(each.getKey()) : null;
            if (schema != null) {
                out.collect(Change.resynced(
                        schema, Position.START, context.timerService().currentProcessingTime()));
            }
            return isLast;
        });
    }
}
