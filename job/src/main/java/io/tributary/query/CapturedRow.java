package io.tributary.query;

import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Takes what an operator makes of one row, which is one row at most. Of nothing but rows comes anything to the operator. */
final class CapturedRow implements Output<StreamRecord<RowData>> {

    private @Nullable RowData row;

    /** What came since this was asked last, as long as the operator makes no other. */
    @Nullable
    RowData take() {
        RowData taken = row;
        row = null;
        return taken;
    }

    @Override
    public void collect(StreamRecord<RowData> made) {
        row = made.getValue();
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> element) {
        throw new IllegalStateException("A projection has no side output, and " + tag + " got a row");
    }

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void close() {}
}
