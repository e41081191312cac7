package io.tributary.sink.kinesis;

import java.io.IOException;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.StatefulSink;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** The connector's sink, whose writers warn of refusals. Its state is the connector's. */
@SuppressWarnings("deprecation") // The connector is made for this interface.
final class WatchedSink implements StatefulSink<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> {

    private static final long serialVersionUID = 1L;

    private final String stream;
    private final KinesisStreamsSink<Tuple2<String, byte[]>> sink;

    WatchedSink(String stream, KinesisStreamsSink<Tuple2<String, byte[]>> sink) {
        this.stream = stream;
        this.sink = sink;
    }

    @Override
    public StatefulSinkWriter<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> createWriter(
            InitContext context) throws IOException {
        watch(context);
        return sink.createWriter(context);
    }

    @Override
    public StatefulSinkWriter<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> restoreWriter(
            InitContext context, Collection<BufferedRequestState<PutRecordsRequestEntry>> state) throws IOException {
        watch(context);
        return sink.restoreWriter(context, state);
    }

    private void watch(InitContext context) {
        RefusalWarnings.start(
                stream,
                context.getProcessingTimeService(),
                context.metricGroup().getNumRecordsSendCounter(),
                context.metricGroup().getNumRecordsSendErrorsCounter());
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<PutRecordsRequestEntry>> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }
}
