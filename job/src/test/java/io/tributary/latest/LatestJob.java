package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** {@link Latest} with its state, and nothing around it. */
public final class LatestJob implements AutoCloseable {

    private static final LatestSettings SETTINGS = LatestSettings.of(Duration.ofHours(1), Duration.ofMinutes(5));

    private final KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> harness;

    private LatestJob(Retention retention, FilledTables filled, Map<String, Long> columnRules, Schema... declared)
            throws Exception {
        this(
                new CoBroadcastWithKeyedOperator<>(
                        new Latest(
                                SETTINGS,
                                retention,
                                filled,
                                List.of(declared),
                                columnRules,
                                RemovedTables.none(),
                                Consumers.none()),
                        List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)),
                1);
    }

    private LatestJob(CoBroadcastWithKeyedOperator<TableKey, Change, Change, ChangelogRow> operator, int groups)
            throws Exception {
        harness = new KeyedBroadcastOperatorTestHarness<>(
                operator, change -> TableKey.of(change.schema(), change.key()), WireType.TABLE_KEY, groups, 1, 0);
    }

    /**
     * With its consumers, who are shown what is in the state when time passes. From a state or, if that is null, from nothing.
     *
     * @param groups how many key groups there are
     */
    static LatestJob filling(
            Retention retention, List<Consumer> consumers, int groups, @Nullable OperatorSubtaskState snapshot)
            throws Exception {
        Latest latest = new Latest(SETTINGS, retention, FilledTables.none(), consumers);
        LatestJob job = new LatestJob(new LatestOperator(latest), groups);
        if (snapshot != null) {
            job.harness.initializeState(snapshot);
        }
        job.harness.open();
        return job;
    }

    public static LatestJob start(Retention retention) throws Exception {
        return start(retention, FilledTables.none());
    }

    static LatestJob start(Retention retention, FilledTables filled) throws Exception {
        LatestJob job = new LatestJob(retention, filled, Map.of());
        job.harness.open();
        return job;
    }

    static LatestJob resume(Retention retention, OperatorSubtaskState snapshot, Schema... declared) throws Exception {
        LatestJob job = new LatestJob(retention, FilledTables.none(), Map.of(), declared);
        job.harness.initializeState(snapshot);
        job.harness.open();
        return job;
    }

    /** From a state or, if that is null, from nothing. */
    static LatestJob of(Map<String, Long> columnRules, @Nullable OperatorSubtaskState snapshot) throws Exception {
        LatestJob job = new LatestJob(Retention.of(Map.of()), FilledTables.none(), columnRules);
        if (snapshot != null) {
            job.harness.initializeState(snapshot);
        }
        job.harness.open();
        return job;
    }

    public void take(Change... changes) throws Exception {
        for (Change change : changes) {
            if (change.operation().isOfRow()) {
                harness.processElement(new StreamRecord<>(change));
            } else {
                harness.processBroadcastElement(new StreamRecord<>(change));
            }
        }
    }

    /** Lets time pass until this long after the start. */
    void pass(Duration sinceStart) throws Exception {
        harness.setProcessingTime(sinceStart.toMillis());
    }

    /** Of a checkpoint, of which no state is wanted. */
    void barrier() throws Exception {
        harness.prepareSnapshotPreBarrier(1);
    }

    OperatorSubtaskState snapshot() throws Exception {
        harness.prepareSnapshotPreBarrier(1);
        return harness.snapshot(1, 1);
    }

    /** All that its keyed state has. */
    public byte[] keyedState() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (KeyedStateHandle handle : snapshot().getManagedKeyedState()) {
            try (InputStream in = ((StreamStateHandle) handle).openInputStream()) {
                in.transferTo(bytes);
            }
        }
        return bytes.toByteArray();
    }

    public List<ChangelogRow> output() {
        return harness.extractOutputValues();
    }

    /** Who was told that all rows were shown. */
    List<String> told() {
        var marks = harness.getSideOutput(LatestOperator.FILLED);
        return marks == null
                ? List.of()
                : marks.stream().map(mark -> mark.getValue().consumer()).toList();
    }

    /** What was said of how far changes were taken. */
    List<byte[]> taken() {
        var marks = harness.getSideOutput(LatestOperator.TAKEN);
        return marks == null
                ? List.of()
                : marks.stream().map(StreamRecord::getValue).toList();
    }

    public List<Rejected> rejected() {
        var letters = harness.getSideOutput(Latest.REJECTED);
        return letters == null
                ? List.of()
                : letters.stream().map(StreamRecord::getValue).toList();
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
