package io.tributary.query;

import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.util.RowDataUtil;

/** A join that tells its condition whether a row comes or is taken back, before it is compared with what the other side has. */
final class GuardedJoin implements TwoInputStreamOperator<RowData, RowData, RowData>, Delegating {

    private static final long serialVersionUID = 1L;

    private final transient TwoInputStreamOperator<RowData, RowData, RowData> join;
    private final transient GuardedCondition condition;

    GuardedJoin(TwoInputStreamOperator<RowData, RowData, RowData> join, GuardedCondition condition) {
        this.join = join;
        this.condition = condition;
    }

    @Override
    public void processElement1(StreamRecord<RowData> element) throws Exception {
        condition.expect(RowDataUtil.isRetractMsg(element.getValue()));
        join.processElement1(element);
    }

    @Override
    public void processElement2(StreamRecord<RowData> element) throws Exception {
        condition.expect(RowDataUtil.isRetractMsg(element.getValue()));
        join.processElement2(element);
    }

    @Override
    public void processWatermark1(Watermark watermark) throws Exception {
        join.processWatermark1(watermark);
    }

    @Override
    public void processWatermark2(Watermark watermark) throws Exception {
        join.processWatermark2(watermark);
    }

    @Override
    public void processLatencyMarker1(LatencyMarker marker) throws Exception {
        join.processLatencyMarker1(marker);
    }

    @Override
    public void processLatencyMarker2(LatencyMarker marker) throws Exception {
        join.processLatencyMarker2(marker);
    }

    @Override
    public void processWatermarkStatus1(WatermarkStatus status) throws Exception {
        join.processWatermarkStatus1(status);
    }

    @Override
    public void processWatermarkStatus2(WatermarkStatus status) throws Exception {
        join.processWatermarkStatus2(status);
    }

    @Override
    public void processRecordAttributes1(RecordAttributes attributes) throws Exception {
        join.processRecordAttributes1(attributes);
    }

    @Override
    public void processRecordAttributes2(RecordAttributes attributes) throws Exception {
        join.processRecordAttributes2(attributes);
    }

    @Override
    public TwoInputStreamOperator<RowData, RowData, RowData> operator() {
        return join;
    }
}
