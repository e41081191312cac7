package io.tributary.sink.kinesis;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** What one table has sent to Kinesis, counted under {@code table=<name>}. */
final class SendMetrics {

    private final Counter records;
    private final Counter bytes;
    private final Counter rejected;
    private final Counter cut;

    SendMetrics(MetricGroup group, String table) {
        MetricGroup ofTable = group.addGroup("table", table);
        this.records = ofTable.counter("recordsOut");
        ofTable.meter("recordsOutPerSecond", new MeterView(records));
        this.bytes = ofTable.counter("bytesOut");
        this.rejected = ofTable.counter("rejected");
        this.cut = ofTable.counter("valuesCut");
    }

    void sent(long size) {
        records.inc();
        bytes.inc(size);
    }

    void cut(int values) {
        cut.inc(values);
    }

    void rejected() {
        rejected.inc();
    }
}
