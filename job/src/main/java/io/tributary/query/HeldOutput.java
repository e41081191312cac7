package io.tributary.query;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Holds what an operator makes of one row until it is known whether the operator could do it.
 *
 * <p>An operator that makes several rows of one may use the same object for all of them, so they are copied.
 */
final class HeldOutput implements Output<StreamRecord<RowData>> {

    private final Output<StreamRecord<RowData>> output;
    private final @Nullable RowDataSerializer copies;
    private final List<StreamRecord<RowData>> held = new ArrayList<>();
    private boolean isHolding;

    /** @param copies null where a row becomes one row at most */
    HeldOutput(Output<StreamRecord<RowData>> output, @Nullable RowDataSerializer copies) {
        this.output = output;
        this.copies = copies;
    }

    void hold() {
        isHolding = true;
    }

    void release() {
        isHolding = false;
        for (StreamRecord<RowData> row : held) {
            output.collect(row);
        }
        held.clear();
    }

    void drop() {
        isHolding = false;
        held.clear();
    }

    @Override
    public void collect(StreamRecord<RowData> row) {
        if (!isHolding) {
            output.collect(row);
            return;
        }
        held.add(copies == null ? row : row.copy(copies.copy(row.getValue())));
    }

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> element) {
        output.collect(tag, element);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
        output.emitWatermark(watermark);
    }

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {
        output.emitWatermarkStatus(status);
    }

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {
        output.emitLatencyMarker(marker);
    }

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {
        output.emitRecordAttributes(attributes);
    }

    @Override
    public void close() {
        output.close();
    }
}
