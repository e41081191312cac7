package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Commits what the writers finished, one commit a table when a checkpoint is complete, and again after a failure until
 * it is done. A table without changes gets no commit.
 *
 * <p>There is one of it. What it has not committed is in its state; a commit that is in the table already is recognized by
 * the snapshot's summary. A table that is ahead of the state, because the job was resumed from an older savepoint, would
 * get rows twice: that fails with a sentence that says what to do.
 */
final class CommitterOperator extends AbstractStreamOperator<Void> implements OneInputStreamOperator<byte[], Void> {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>("iceberg-commits", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final IcebergSettings settings;
    private transient @Nullable ListState<byte[]> stored;
    private transient @Nullable CommitterState state;
    private transient @Nullable List<TableFiles> arrived;
    private transient @Nullable Warehouse warehouse;
    private transient @Nullable ExecutorService threads;
    private transient @Nullable Map<String, Commits> commits;
    private transient @Nullable Map<String, CommitMetrics> metricsByTable;
    private transient @Nullable Set<String> checked;
    /** When the checkpoints began that are not complete yet. */
    private transient @Nullable NavigableMap<Long, Long> begun;

    private transient long opened;
    private transient long restored;

    CommitterOperator(IcebergSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        stored = context.getOperatorStateStore().getListState(STATE);
        OptionalLong checkpoint = context.getRestoredCheckpointId();
        restored = checkpoint.orElse(-1);
        state = new CommitterState(UUID.randomUUID().toString());
        for (byte[] bytes : stored.get()) {
            state = CommitterState.ofBytes(bytes);
        }
        begun = new TreeMap<>();
        if (state().began() > 0) {
            begun.put(restored, state().began());
        }
        arrived = new ArrayList<>();
    }

    @Override
    public void open() throws Exception {
        if (!getOperatorConfig().isCheckpointingEnabled()) {
            throw new IllegalStateException("Checkpoints are off, and Iceberg tables are committed when a checkpoint is"
                    + " complete: set execution.checkpointing.interval");
        }
        warehouse = Warehouse.open(settings);
        commits = new ConcurrentHashMap<>();
        metricsByTable = new ConcurrentHashMap<>();
        opened = getProcessingTimeService().getCurrentProcessingTime();
        checked = ConcurrentHashMap.newKeySet();
        threads = Executors.newFixedThreadPool(settings.commitThreads(), new ExecutorThreadFactory("iceberg-commit"));
        Map<String, Runnable> checks = new LinkedHashMap<>();
        state().tables().forEach(table -> checks.put(table, () -> checkNotAhead(table)));
        inParallel(checks);
        commitUpTo(restored);
    }

    @Override
    public void processElement(StreamRecord<byte[]> element) throws IOException {
        requireNonNull(arrived).add(TableFiles.ofBytes(element.getValue()));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<TableFiles> files = requireNonNull(arrived);
        if (!files.isEmpty()) {
            state().pending().put(context.getCheckpointId(), files);
            files.forEach(part -> state().tables().add(part.table()));
            arrived = new ArrayList<>();
        }
        state().began(context.getCheckpointTimestamp());
        requireNonNull(begun).put(context.getCheckpointId(), context.getCheckpointTimestamp());
        requireNonNull(stored).update(List.of(state().toBytes()));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        commitUpTo(checkpointId);
    }

    private void commitUpTo(long checkpointId) throws IOException {
        Map<Long, List<TableFiles>> due = state().pending().headMap(checkpointId, true);
        Map<String, Map<Long, List<TableFiles>>> byTable = new LinkedHashMap<>();
        due.forEach((checkpoint, files) ->
                files.forEach(part -> byTable.computeIfAbsent(part.table(), table -> new LinkedHashMap<>())
                        .computeIfAbsent(checkpoint, id -> new ArrayList<>())
                        .add(part)));
        Map<String, Runnable> work = new LinkedHashMap<>();
        byTable.forEach((table, files) -> work.put(table, () -> commit(table, files)));
        inParallel(work);
        byTable.forEach((table, files) -> metrics(table).committed(files.values()));
        due.clear();
        complete(checkpointId);
    }

    /** What came up to this checkpoint is in the tables; also in those to which nothing came. */
    private void complete(long checkpointId) {
        NavigableMap<Long, Long> until = requireNonNull(begun).headMap(checkpointId, true);
        if (!until.isEmpty()) {
            long time = until.lastEntry().getValue();
            state().tables().forEach(table -> metrics(table).complete(time));
            until.clear();
        }
    }

    /** Runs on one of the commit threads. */
    private void commit(String table, Map<Long, List<TableFiles>> filesByCheckpoint) {
        checkNotAhead(table);
        Commits target = commits(table);
        long done = target.lastCheckpoint(metrics(table));
        String job = getContainingTask().getEnvironment().getJobID().toHexString();
        filesByCheckpoint.forEach((checkpoint, files) -> {
            if (checkpoint > done) {
                target.commit(checkpoint, job, files);
            } else if (checkpoint > restored) {
                throw new IllegalStateException("Table " + table + " has checkpoint " + done
                        + " of this job already: another job that was resumed from the same savepoint writes to it."
                        + " Stop one of them.");
            }
        });
    }

    private void checkNotAhead(String table) {
        if (restored < 0 || !requireNonNull(checked).add(table)) {
            return;
        }
        if (requireNonNull(warehouse).find(table) == null) {
            return;
        }
        long done = commits(table).lastCheckpoint(metrics(table));
        if (done > restored) {
            throw new IllegalStateException("Table " + table + " holds checkpoint " + done
                    + " of this job, which was resumed from checkpoint " + restored
                    + ": its later changes would be written twice. Resume from a savepoint that is at least as new, or"
                    + " roll the table back to its last snapshot with " + Commits.CHECKPOINT + " <= " + restored
                    + ", for example with CALL <catalog>.system.rollback_to_snapshot.");
        }
    }

    private void inParallel(Map<String, Runnable> workByTable) throws IOException {
        Map<String, Future<?>> running = new LinkedHashMap<>();
        workByTable.forEach(
                (table, work) -> running.put(table, requireNonNull(threads).submit(work)));
        IOException failure = null;
        for (Map.Entry<String, Future<?>> table : running.entrySet()) {
            try {
                table.getValue().get();
            } catch (ExecutionException e) {
                Throwable cause = ExceptionUtils.stripExecutionException(e);
                String reason = settings.redact(String.valueOf(cause.getMessage()));
                failure = ExceptionUtils.firstOrSuppressed(
                        new IOException("Iceberg table " + table.getKey() + ": " + reason, cause), failure);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while table " + table.getKey() + " was being committed", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Commits commits(String table) {
        return requireNonNull(commits)
                .computeIfAbsent(
                        table,
                        name -> new Commits(requireNonNull(warehouse).load(name), settings.branch(), state().sink()));
    }

    private CommitMetrics metrics(String table) {
        return requireNonNull(metricsByTable)
                .computeIfAbsent(table, name -> new CommitMetrics(getMetricGroup(), name, opened));
    }

    private CommitterState state() {
        return requireNonNull(state);
    }

    @Override
    public void close() throws Exception {
        if (threads != null) {
            threads.shutdownNow();
        }
        if (warehouse != null) {
            warehouse.close();
        }
        super.close();
    }
}
