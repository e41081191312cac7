package io.tributary.latest;

import io.tributary.change.Schema;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/** What happened to one table's changes, in the metric group {@code table.<name>}. */
final class ChangeMetrics {

    final Counter changesIn;
    final Counter droppedAsOld;
    final Counter noOps;
    final Counter rejected;

    private ChangeMetrics(MetricGroup group) {
        changesIn = group.counter("changesIn");
        group.meter("changesInPerSecond", new MeterView(changesIn));
        droppedAsOld = group.counter("droppedAsOld");
        noOps = group.counter("noOps");
        rejected = group.counter("rejected");
    }

    /** The metrics of all tables of one subtask. */
    static final class Registry {
        private final MetricGroup group;
        private final Map<Long, ChangeMetrics> byTable = new HashMap<>();
        private long lastTable;
        private @Nullable ChangeMetrics last;

        Registry(MetricGroup group) {
            this.group = group;
        }

        ChangeMetrics of(Schema schema) {
            ChangeMetrics hit = last;
            if (hit != null && lastTable == schema.tableId()) {
                return hit;
            }
            hit = byTable.computeIfAbsent(
                    schema.tableId(), unknown -> new ChangeMetrics(group.addGroup("table", schema.table())));
            last = hit;
            lastTable = schema.tableId();
            return hit;
        }
    }
}
