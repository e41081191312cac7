package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The writers and the committer in Flink's harnesses, with checkpoints by hand. */
public final class SinkHarness implements AutoCloseable {

    private static final int MAX_PARALLELISM = 128;

    /** Of which rows that are gone are known in all their columns. */
    private static final Set<String> WHOLE = Set.of("people");

    private final List<OneInputStreamOperatorTestHarness<ChangelogRow, byte[]>> writers = new ArrayList<>();
    private final OneInputStreamOperatorTestHarness<byte[], Void> committer;
    private long checkpoint;
    private boolean isAbandoned;
    private final @Nullable KnownPlaces places;
    private final List<byte[]> handedOver = new ArrayList<>();

    private SinkHarness(IcebergSettings settings, int parallelism, long restored, @Nullable OperatorSubtaskState state)
            throws Exception {
        this(settings, parallelism, restored, state, List.of(), Set.of());
    }

    private SinkHarness(
            IcebergSettings settings,
            int parallelism,
            long restored,
            @Nullable OperatorSubtaskState state,
            List<OperatorSubtaskState> writerStates,
            Set<String> made)
            throws Exception {
        checkpoint = restored;
        places = settings.keepsPlaces() ? KnownPlaces.of(state) : null;
        for (int i = 0; i < parallelism; i++) {
            OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer = new OneInputStreamOperatorTestHarness<>(
                    new WriterOperator(
                            settings,
                            Map.of(),
                            VersionColumn.of(settings),
                            ChangesTables.of(settings, WHOLE),
                            settings.keysInMemory()),
                    MAX_PARALLELISM,
                    parallelism,
                    i,
                    WireType.CHANGELOG_ROW.createSerializer(new SerializerConfigImpl()),
                    new OperatorID(1, i));
            writer.setup(
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO.createSerializer(new SerializerConfigImpl()));
            if (!writerStates.isEmpty()) {
                OperatorSubtaskState packed = AbstractStreamOperatorTestHarness.repackageState(
                        writerStates.toArray(OperatorSubtaskState[]::new));
                writer.initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                        packed, MAX_PARALLELISM, writerStates.size(), parallelism, i));
            }
            writer.open();
            writers.add(writer);
        }
        committer = new OneInputStreamOperatorTestHarness<>(
                new CommitterOperator(settings, Guarded.nothing(), made, SourceTables.unknown()));
        if (state != null) {
            committer.setRestoredCheckpointId(restored);
            committer.initializeState(state);
        }
        committer.open();
        awaitCommits();
    }

    /** The committer's threads hand their outcome over as mails. */
    private void awaitCommits() throws Exception {
        CommitterOperator operator = (CommitterOperator) committer.getOneInputOperator();
        while (operator.isCommitting()) {
            committer.getTaskMailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
    }

    /** Lets time pass, and what waits for it happen. */
    void pass(Duration time) throws Exception {
        committer.setProcessingTime(committer.getProcessingTime() + time.toMillis());
        awaitCommits();
    }

    public static SinkHarness start(IcebergSettings settings) throws Exception {
        return new SinkHarness(settings, 1, 0, null);
    }

    static SinkHarness start(IcebergSettings settings, int parallelism) throws Exception {
        return new SinkHarness(settings, parallelism, 0, null);
    }

    static SinkHarness restore(IcebergSettings settings, long checkpoint, OperatorSubtaskState state) throws Exception {
        return new SinkHarness(settings, 1, checkpoint, state);
    }

    static SinkHarness restore(IcebergSettings settings, WriterStates states, int parallelism) throws Exception {
        return new SinkHarness(
                settings, parallelism, states.checkpoint(), states.committer(), states.writers(), Set.of());
    }

    /** @param made tables that SQL files make */
    static SinkHarness restore(IcebergSettings settings, long checkpoint, OperatorSubtaskState state, Set<String> made)
            throws Exception {
        return new SinkHarness(settings, 1, checkpoint, state, List.of(), made);
    }

    public void process(ChangelogRow... rows) throws Exception {
        processOn(0, rows);
    }

    void processOn(int subtask, ChangelogRow... rows) throws Exception {
        for (ChangelogRow row : rows) {
            if (places == null) {
                writers.get(subtask).processElement(row, 0);
            } else {
                writers.get(subtask).processElement(places.sent(row), 0);
                places.returned();
            }
        }
    }

    /** Each on the subtask to which the channels take it. */
    void processByKey(ChangelogRow... rows) throws Exception {
        for (ChangelogRow row : rows) {
            processOn(
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                            new KeyHash().getKey(row), MAX_PARALLELISM, writers.size()),
                    row);
        }
    }

    /** A checkpoint with the writers' state. */
    WriterStates withWriters() throws Exception {
        OperatorSubtaskState committed = snapshot();
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            states.add(writer.snapshot(checkpoint, checkpoint));
        }
        complete();
        return new WriterStates(checkpoint, committed, states);
    }

    /** As a job does not, or one of a build that kept none. */
    void forgetPlaces() {
        requireNonNull(places).forget();
    }

    long checkpointId() {
        return checkpoint;
    }

    /** Writers flush, the committer's state is written; nothing is committed. */
    OperatorSubtaskState snapshot() throws Exception {
        prepare();
        OperatorSubtaskState state = committer.snapshot(checkpoint, checkpoint);
        if (places != null) {
            places.snapshot(state);
        }
        return state;
    }

    /** The barrier passes the writers, and what they sent before it arrives. */
    void prepare() throws Exception {
        checkpoint++;
        handedOver.clear();
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            writer.prepareSnapshotPreBarrier(checkpoint);
            handOver(writer);
        }
    }

    /** The files of the last checkpoint. */
    List<TableFiles> handedOver() throws Exception {
        List<TableFiles> files = new ArrayList<>();
        for (byte[] bytes : handedOver) {
            files.add(TableFiles.ofBytes(bytes));
        }
        return files;
    }

    private void handOver(OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer) throws Exception {
        for (byte[] files : writer.extractOutputValues()) {
            handedOver.add(files);
            committer.processElement(files, 0);
        }
        writer.getOutput().clear();
    }

    void complete() throws Exception {
        committer.notifyOfCompletedCheckpoint(checkpoint);
        awaitCommits();
    }

    public OperatorSubtaskState checkpoint() throws Exception {
        OperatorSubtaskState state = snapshot();
        complete();
        return state;
    }

    /** The committer's state has what the last checkpoint committed as not yet committed. */
    void forgetTheCommit() throws Exception {
        for (byte[] files : handedOver) {
            committer.processElement(files, 0);
        }
        committer.snapshot(checkpoint, checkpoint);
    }

    /** The committer's task is canceled: what is due stays so. */
    void abandon() {
        isAbandoned = true;
    }

    /** The input ends: what flows after it, before the last checkpoint. */
    void finish() throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            writer.getOneInputOperator().finish();
            handOver(writer);
        }
        committer.getOneInputOperator().finish();
    }

    /** What happens to the writers when the job fails. */
    void fail() throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            writer.getOneInputOperator().close();
        }
    }

    public List<Rejected> rejected() {
        List<Rejected> rejected = new ArrayList<>();
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            Queue<StreamRecord<Rejected>> side = writer.getSideOutput(WriterOperator.REJECTED);
            if (side != null) {
                side.forEach(record -> rejected.add(record.getValue()));
            }
        }
        return rejected;
    }

    @Override
    public void close() throws Exception {
        for (OneInputStreamOperatorTestHarness<ChangelogRow, byte[]> writer : writers) {
            writer.close();
        }
        if (!isAbandoned) {
            committer.close();
        }
    }
}
