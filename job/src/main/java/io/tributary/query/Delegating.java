package io.tributary.query;

import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.OperatorAttributes;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamTaskStateInitializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/** An operator that runs another one, which has the state, the key and all else but what comes in. */
interface Delegating extends StreamOperator<RowData> {

    /** The other one. */
    StreamOperator<RowData> operator();

    @Override
    default void open() throws Exception {
        operator().open();
    }

    @Override
    default void finish() throws Exception {
        operator().finish();
    }

    @Override
    default void close() throws Exception {
        operator().close();
    }

    @Override
    default void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        operator().prepareSnapshotPreBarrier(checkpoint);
    }

    @Override
    default OperatorSnapshotFutures snapshotState(
            long checkpoint, long timestamp, CheckpointOptions options, CheckpointStreamFactory storage)
            throws Exception {
        return operator().snapshotState(checkpoint, timestamp, options, storage);
    }

    @Override
    default void initializeState(StreamTaskStateInitializer initializer) throws Exception {
        operator().initializeState(initializer);
    }

    @Override
    default void notifyCheckpointComplete(long checkpoint) throws Exception {
        operator().notifyCheckpointComplete(checkpoint);
    }

    @Override
    default void notifyCheckpointAborted(long checkpoint) throws Exception {
        operator().notifyCheckpointAborted(checkpoint);
    }

    @Override
    default void setKeyContextElement1(StreamRecord<?> element) throws Exception {
        operator().setKeyContextElement1(element);
    }

    @Override
    default void setKeyContextElement2(StreamRecord<?> element) throws Exception {
        operator().setKeyContextElement2(element);
    }

    @Override
    default void setCurrentKey(Object key) {
        operator().setCurrentKey(key);
    }

    @Override
    default Object getCurrentKey() {
        return operator().getCurrentKey();
    }

    @Override
    default OperatorMetricGroup getMetricGroup() {
        return operator().getMetricGroup();
    }

    @Override
    default OperatorID getOperatorID() {
        return operator().getOperatorID();
    }

    @Override
    default OperatorAttributes getOperatorAttributes() {
        return operator().getOperatorAttributes();
    }
}
