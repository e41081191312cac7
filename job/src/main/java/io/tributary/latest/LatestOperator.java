package io.tributary.latest;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Placing;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.TakenChanges;
import io.tributary.change.WireType;
import io.tributary.fill.Backend;
import io.tributary.fill.Filler;
import io.tributary.fill.Filling;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link Latest}, and shows the rows in its state to consumers who are new, in slices between the changes. Flink's functions
 * see neither the barriers of checkpoints nor other keys than that of a change, so it takes an operator.
 */
public final class LatestOperator extends CoBroadcastWithKeyedOperator<TableKey, Change, Change, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    /** To consumers: that they were shown all rows. */
    public static final OutputTag<Filled> FILLED = new OutputTag<>("filled", WireType.FILLED);

    /** To whoever commits: how far changes were taken before each barrier. */
    public static final OutputTag<byte[]> TAKEN =
            new OutputTag<>("taken", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /** What it is called by those who read it. */
    public static final String NAME = "latest";

    private static final Duration AT_BARRIER = Duration.ofMillis(200);

    private final Latest latest;
    private final Duration atBarrier;

    private transient Filling filling;
    private transient Filler filler;
    private transient @Nullable Taking taking;

    public LatestOperator(Latest latest) {
        this(latest, AT_BARRIER);
    }

    /** @param atBarrier how long a barrier is held up for rows that are shown at once */
    @SuppressWarnings("NullAway.Init")
    public LatestOperator(Latest latest, Duration atBarrier) {
        super(latest, List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT));
        this.latest = latest;
        this.atBarrier = atBarrier;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        filling = Filling.restore(
                latest.consumers(),
                context.getOperatorStateStore(),
                getRuntimeContext().getTaskInfo(),
                latest.isNew(),
                Latest::isAssumedFilled);
        latest.remade().restore(context.getOperatorStateStore(), latest.isNew());
    }

    @Override
    public void open() throws Exception {
        super.open();
        filler = new Filler(
                NAME,
                getRuntimeContext().getTaskInfo(),
                filling,
                backend(),
                rows(),
                getProcessingTimeService(),
                getContainingTask(),
                mark -> output.collect(FILLED, new StreamRecord<>(mark)),
                latest::isWhole,
                atBarrier);
        latest.fill(filler);
        if (!getContainingTask().getConfiguration().isUnalignedCheckpointsEnabled()) {
            // Else a barrier goes ahead of rows, and no checkpoint is known to have all that comes of a change.
            taking = new Taking(getOperatorStateBackend().getBroadcastState(Latest.SNAPSHOTS));
            latest.taking(taking);
        }
        latest.remade().entries(latest::shape).forEach(entry -> output.collect(new StreamRecord<>(entry)));
        filler.start(true);
    }

    private void show(ChangelogRow row) throws IOException {
        Placing placing = latest.placing(new TimestampedCollector<>(output));
        placing.from(latest.places()).collect(row);
        latest.placed(placing.places());
    }

    private Backend backend() {
        KeyedStateBackend<TableKey> backend = getKeyedStateBackend();
        return new Backend() {
            @Override
            public Stream<TableKey> keys() {
                return backend.getKeys(Latest.ROW.getName(), VoidNamespace.INSTANCE);
            }

            @Override
            public void setCurrentKey(TableKey key) {
                LatestOperator.this.setCurrentKey(key);
            }
        };
    }

    private Filling.Rows rows() {
        return new Filling.Rows() {
            @Override
            public void show(TableKey key, Audience audience) throws Exception {
                ChangelogRow row = latest.row(key, now());
                if (row != null) {
                    LatestOperator.this.show(row.to(audience));
                }
            }

            @Override
            public void begin(Schema table, Audience audience) {
                ChangelogRow entry = ChangelogRow.replacement(table, Position.START, now());
                output.collect(new StreamRecord<>(entry.to(audience)));
            }

            @Override
            public void hold(Schema table, Audience audience) {
                ChangelogRow entry = ChangelogRow.held(table, Position.START, now());
                output.collect(new StreamRecord<>(entry.to(audience)));
            }
        };
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void finish() throws Exception {
        filler.finish();
        super.finish();
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        super.prepareSnapshotPreBarrier(checkpoint);
        filler.beforeBarrier();
        if (taking != null) {
            TakenChanges taken = taking.atBarrier();
            if (!taken.isEmpty()) {
                output.collect(TAKEN, new StreamRecord<>(taken.toBytes()));
            }
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        filling.snapshot(latest.found());
        latest.remade().snapshot();
    }

    @Override
    public void close() throws Exception {
        if (filler != null) {
            filler.stop();
        }
        super.close();
    }
}
