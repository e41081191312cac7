package io.tributary.sink.kinesis;

import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSink;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsStateSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Sends records to one stream, by writers that warn of refusals. Their state is the connector's. */
@SuppressWarnings("deprecation") // As the connector does: Flink's newer interface came after it.
final class WatchedSink implements StatefulSink<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> {

    private static final long serialVersionUID = 1L;

    private final String stream;
    private final KinesisSettings settings;

    WatchedSink(String stream, KinesisSettings settings) {
        this.stream = stream;
        this.settings = settings;
    }

    @Override
    public StatefulSinkWriter<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> createWriter(
            InitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<Tuple2<String, byte[]>, BufferedRequestState<PutRecordsRequestEntry>> restoreWriter(
            InitContext context, Collection<BufferedRequestState<PutRecordsRequestEntry>> state) {
        watch(context);
        return new RequestWriter(stream, settings, context, state);
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
        return new KinesisStreamsStateSerializer();
    }
}
