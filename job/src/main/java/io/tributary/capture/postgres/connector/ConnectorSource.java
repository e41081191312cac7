package io.tributary.capture.postgres.connector;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.cdc.connectors.base.config.SourceConfig;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceRecords;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitState;
import org.apache.flink.cdc.connectors.base.source.metrics.SourceReaderMetrics;
import org.apache.flink.cdc.connectors.postgres.source.PostgresSourceBuilder.PostgresIncrementalSource;
import org.apache.flink.cdc.connectors.postgres.source.offset.PostgresOffsetFactory;
import org.apache.flink.cdc.connectors.postgres.source.reader.PostgresSourceReader;
import org.apache.flink.cdc.debezium.DebeziumDeserializationSchema;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.util.Collector;
import org.apache.kafka.connect.source.SourceRecord;

/** The connector's source, which splits, reads, and keeps positions, around our decoding. Its reader has no type. */
@SuppressWarnings("unchecked")
public final class ConnectorSource extends PostgresIncrementalSource<Captured> {

    private static final long serialVersionUID = 1L;

    private ConnectorSource(ReaderConfig config, ConnectorDialect dialect) {
        super(config, new Decoded(), new PostgresOffsetFactory(), dialect);
    }

    public static ConnectorSource of(PostgresSettings settings, SlotPosition start) {
        ReaderConfig config = new ReaderConfig(settings);
        return new ConnectorSource(config, new ConnectorDialect(config.create(0), settings, start));
    }

    @Override
    public PostgresSourceReader createReader(SourceReaderContext context) throws Exception {
        ((ConnectorDialect) dataSourceDialect).register(context.metricGroup());
        return super.createReader(context);
    }

    @Override
    protected RecordEmitter<SourceRecords, Captured, SourceSplitState> createRecordEmitter(
            SourceConfig config, SourceReaderMetrics metrics) {
        return new Emitter(new Decoded(), metrics, offsetFactory, ((ConnectorDialect) dataSourceDialect).progress());
    }

    /** Says what comes out; nothing is left to be deserialized. */
    static final class Decoded implements DebeziumDeserializationSchema<Captured> {

        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(SourceRecord record, Collector<Captured> out) {
            throw new IllegalStateException("A record of the connector itself: " + record.topic());
        }

        @Override
        public TypeInformation<Captured> getProducedType() {
            return WireType.CAPTURED;
        }
    }
}
