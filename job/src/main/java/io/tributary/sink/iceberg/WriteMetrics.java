package io.tributary.sink.iceberg;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what one writer wrote into one table. */
final class WriteMetrics {

    private final Counter rows;
    private final Counter deletes;

    WriteMetrics(MetricGroup operator, String table) {
        MetricGroup group = operator.addGroup("table", table);
        rows = group.counter("rowsWritten");
        deletes = group.counter("deletesWritten");
    }

    void written() {
        rows.inc();
    }

    void deleted() {
        deletes.inc();
    }
}
