package io.tributary.capture.postgres.connector;

import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.cdc.connectors.base.source.meta.offset.OffsetFactory;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitState;
import org.apache.flink.cdc.connectors.base.source.metrics.SourceReaderMetrics;
import org.apache.flink.cdc.connectors.base.source.reader.IncrementalSourceRecordEmitter;
import org.apache.flink.cdc.connectors.postgres.source.offset.PostgresOffset;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Hands what was decoded to the job, and keeps the position to go on from: the end of the last transaction that was read
 * whole. Within a transaction it stays at the one before, so that a restart reads the transaction again from its begin.
 */
final class Emitter extends IncrementalSourceRecordEmitter<Captured> {

    private final ReadProgress progress;

    Emitter(
            ConnectorSource.Decoded decoded,
            SourceReaderMetrics metrics,
            OffsetFactory offsetFactory,
            ReadProgress progress) {
        super(decoded, metrics, false, offsetFactory);
        this.progress = progress;
    }

    @Override
    protected void processElement(SourceRecord element, SourceOutput<Captured> output, SourceSplitState split)
            throws Exception {
        Object value = element.value();
        if (value instanceof Captured) {
            sourceReaderMetrics.markRecord();
            emit((Captured) value, output);
            return;
        }
        if (value instanceof SlotProgress) {
            PostgresOffset offset = PostgresOffset.of(position(element));
            split.asStreamSplitState().setStartingOffset(offset);
            progress.read(offset.getLsn().asLong(), ((SlotProgress) value).timestamp());
            return;
        }
        super.processElement(element, output, split);
    }

    private void emit(Captured captured, SourceOutput<Captured> output) {
        if (captured instanceof Rejected) {
            progress.rejected();
            output.collect(captured);
            return;
        }
        output.collect(captured, ((Change) captured).timestamp());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> position(SourceRecord element) {
        return (Map<String, String>) element.sourceOffset();
    }
}
