package io.tributary.capture.dynamodb.stream;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.connectors.kinesis.FlinkKinesisConsumer;
import org.apache.flink.streaming.connectors.kinesis.internals.KinesisDataFetcher;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.RecordPublisher;
import org.apache.flink.streaming.connectors.kinesis.model.SentinelSequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.SequenceNumber;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardHandle;
import org.apache.flink.streaming.connectors.kinesis.model.StreamShardMetadata;
import org.apache.flink.streaming.connectors.kinesis.serialization.KinesisDeserializationSchema;
import org.apache.flink.streaming.connectors.kinesis.util.KinesisStateUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's consumer, which notices when it is restored that the stream no longer has what was to be read next, and says so by a
 * {@link StreamGap} before all records. By itself it reads on from the oldest record that there is, and a shard that was closed and
 * has expired is not even asked for.
 *
 * <p>A stream that was made again has shards of the same names and other sequence numbers, which Kinesis refuses: then nothing of the
 * positions is restored, and the stream is read from its oldest record on.
 *
 * <p>Assumes that the consumer keeps its positions under the name {@link #POSITIONS}, which it says cannot change.
 */
@SuppressWarnings("deprecation") // Its successor is experimental.
final class WatchedConsumer extends FlinkKinesisConsumer<Tuple2<String, byte[]>> {

    static final String POSITIONS = "Kinesis-Stream-Shard-State";

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(WatchedConsumer.class);

    /** Of a gap that was found and not told yet. */
    private static final String NO_SHARD = "";

    private static final SequenceNumber ENDED = SentinelSequenceNumber.SENTINEL_SHARD_ENDING_SEQUENCE_NUM.get();

    private final @Nullable KeptRecords kept;
    private final Clock clock;

    private transient ListState<Tuple2<StreamShardMetadata, SequenceNumber>> positions;
    private transient ListState<Tuple2<String, Long>> readUntil;
    private transient ReadUntil progress;
    private transient @Nullable StreamGap gap;

    /**
     * @param kept which records the stream has; null if it is not known, and then no gap is noticed
     * @param clock is serializable
     */
    @SuppressWarnings("NullAway.Init")
    WatchedConsumer(
            String stream,
            KinesisDeserializationSchema<Tuple2<String, byte[]>> schema,
            Properties properties,
            @Nullable KeptRecords kept,
            Clock clock) {
        super(stream, schema, properties);
        this.kept = kept;
        this.clock = clock;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        OperatorStateStore store = context.getOperatorStateStore();
        positions = store.getUnionListState(new ListStateDescriptor<>(
                POSITIONS,
                KinesisStateUtil.createShardsStateSerializer(getRuntimeContext().getExecutionConfig())));
        readUntil =
                store.getUnionListState(new ListStateDescriptor<>("read-until", Types.TUPLE(Types.STRING, Types.LONG)));
        progress = new ReadUntil(clock);
        if (context.isRestored()) {
            for (Tuple2<String, Long> shard : readUntil.get()) {
                progress.restore(shard.f0, Instant.ofEpochMilli(shard.f1));
            }
            findGap();
        }
        super.initializeState(context);
    }

    private void findGap() {
        StreamGap found = kept == null ? null : progress.gap(kept);
        if (found == null) {
            return;
        }
        gap = found;
        progress.pass(found);
        if (found.isOfAnotherStream()) {
            positions.clear();
        }
    }

    @Override
    public void run(SourceContext<Tuple2<String, byte[]>> context) throws Exception {
        StreamGap found = gap;
        if (found != null && isSpeaker()) {
            LOG.error("The stream has nothing of the time from {}, which was not read", found);
            synchronized (context.getCheckpointLock()) {
                context.collect(found.record());
                gap = null;
            }
        }
        super.run(context);
    }

    /** Every subtask knows of all shards, so one speaks for all. */
    private boolean isSpeaker() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
    }

    @Override
    protected KinesisDataFetcher<Tuple2<String, byte[]>> createFetcher(
            List<String> streams,
            SourceContext<Tuple2<String, byte[]>> context,
            RuntimeContext runtime,
            Properties properties,
            KinesisDeserializationSchema<Tuple2<String, byte[]>> schema) {
        ReadUntil noted = progress;
        return new KinesisDataFetcher<>(
                streams,
                context,
                runtime,
                properties,
                schema,
                getShardAssigner(),
                getPeriodicWatermarkAssigner(),
                getWatermarkTracker()) {
            @Override
            protected RecordPublisher createRecordPublisher(
                    SequenceNumber from, Properties consumer, MetricGroup metrics, StreamShardHandle shard)
                    throws InterruptedException {
                RecordPublisher publisher = super.createRecordPublisher(from, consumer, metrics, shard);
                return noted.watch(publisher, shard.getShard().getShardId());
            }
        };
    }

    /** A shard is kept by the subtask that reads it. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        super.snapshotState(context);
        readUntil.clear();
        for (Tuple2<StreamShardMetadata, SequenceNumber> position : positions.get()) {
            if (!position.f1.equals(ENDED)) {
                String shard = position.f0.getShardId();
                readUntil.add(Tuple2.of(shard, progress.of(shard).toEpochMilli()));
            }
        }
        StreamGap untold = gap;
        if (untold != null && isSpeaker()) {
            readUntil.add(Tuple2.of(NO_SHARD, untold.from().toEpochMilli()));
        }
    }
}
