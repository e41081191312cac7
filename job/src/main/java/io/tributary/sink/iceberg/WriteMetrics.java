package io.tributary.sink.iceberg;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** Counts what one writer wrote into one table. */
final class WriteMetrics {

    private final Counter rows;
    private final Counter deletes;
    private final Counter deletesByKey;
    private final Counter rejected;

    WriteMetrics(MetricGroup operator, String table) {
        MetricGroup group = operator.addGroup("table", table);
        rows = group.counter("rowsWritten");
        group.meter("rowsWrittenPerSecond", new MeterView(rows));
        deletes = group.counter("deletesWritten");
        deletesByKey = group.counter("deletesByKey");
        rejected = group.counter("rejected");
    }

    void written() {
        rows.inc();
    }

    void deleted() {
        deletes.inc();
    }

    /** One of those, of which readers have to look for the row. */
    void deletedByKey() {
        deletesByKey.inc();
    }

    void rejected() {
        rejected.inc();
    }
}
