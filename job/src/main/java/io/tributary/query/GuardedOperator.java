package io.tributary.query;

import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.util.RowDataUtil;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.OutputTag;

/**
 * An operator of the planner's for projections and filters, or one that looks rows up, with a row that it cannot compute left out:
 * it becomes a dead letter, and what follows never sees it.
 *
 * <p>The operator keeps nothing and does the same with the same row. So it fails in the same way when such a row is taken
 * back, and there is nothing to take back: no letter then. What changes from a row that it can compute to one that it cannot is
 * taken back, and the other way round is added; what follows sees half of an update, which is all it needs. What is thrown
 * behind the operator is not its row's fault and is not caught.
 */
final class GuardedOperator implements OneInputStreamOperator<RowData, RowData>, Delegating {

    private static final long serialVersionUID = 1L;

    static final OutputTag<Rejected> REJECTED = new OutputTag<>("rejected", WireType.REJECTED);

    private final transient OneInputStreamOperator<RowData, RowData> operator;
    private final transient HeldOutput held;
    private final transient Output<StreamRecord<RowData>> output;
    private final Uncomputable uncomputable;
    private final RowType type;
    private final boolean isLookup;
    private transient Counter rejected;

    /**
     * @param held where the operator's rows go
     * @param output where they go from there
     * @param type of the rows that come
     * @param isLookup whether it asks somebody else, who may answer another time: then there is a letter for a row that is taken
     *     back, too
     */
    @SuppressWarnings("NullAway.Init")
    GuardedOperator(
            OneInputStreamOperator<RowData, RowData> operator,
            HeldOutput held,
            Output<StreamRecord<RowData>> output,
            Uncomputable uncomputable,
            RowType type,
            boolean isLookup) {
        this.operator = operator;
        this.held = held;
        this.output = output;
        this.uncomputable = uncomputable;
        this.type = type;
        this.isLookup = isLookup;
    }

    @Override
    public void open() throws Exception {
        rejected = getMetricGroup().addGroup("table", uncomputable.table()).counter("rejected");
        Delegating.super.open();
    }

    @Override
    public void processElement(StreamRecord<RowData> element) throws Exception {
        held.hold();
        try {
            operator.processElement(element);
        } catch (Throwable thrown) {
            if (!Uncomputable.isCausedBy(thrown)) {
                throw thrown;
            }
            held.drop();
            reject(element.getValue(), thrown);
            return;
        }
        held.release();
    }

    private void reject(RowData row, Throwable thrown) {
        if (isLookup || RowDataUtil.isAccumulateMsg(row)) {
            rejected.inc();
            Rejected letter = uncomputable.row(type, row, thrown, System.currentTimeMillis());
            output.collect(REJECTED, new StreamRecord<>(letter));
        }
    }

    @Override
    public void processWatermark(Watermark watermark) throws Exception {
        operator.processWatermark(watermark);
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        operator.processWatermarkStatus(status);
    }

    @Override
    public void processLatencyMarker(LatencyMarker marker) throws Exception {
        operator.processLatencyMarker(marker);
    }

    @Override
    public void processRecordAttributes(RecordAttributes attributes) throws Exception {
        operator.processRecordAttributes(attributes);
    }

    @Override
    public OneInputStreamOperator<RowData, RowData> operator() {
        return operator;
    }
}
