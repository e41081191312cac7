package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.TakenChanges;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what the writers finished, one commit a table when a checkpoint is complete, by {@link CommitAttempts}. Files that
 * are not committed yet wait in the state, and nothing else does. A table without changes gets no commit.
 *
 * <p>There is one of it. What it has not committed is in its state; a commit that is in the table already is recognized by
 * the snapshot's summary, by the table's properties if that has expired, or by its files. A table that is ahead of the state, because the job was resumed from an older savepoint, would
 * get rows twice: that fails with a sentence that says what to do.
 */
final class CommitterOperator extends AbstractStreamOperator<Void>
        implements OneInputStreamOperator<byte[], Void>, CommitAttempts.Owner, CheckpointCommits.Tables {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(CommitterOperator.class);

    private static final ListStateDescriptor<byte[]> STATE =
            new ListStateDescriptor<>("iceberg-commits", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private final IcebergSettings settings;
    private final Guarded guarded;
    private final TreeSet<String> made;
    private final SourceTables sources;
    private transient @Nullable ListState<byte[]> stored;
    private transient @Nullable CommitterState state;
    private transient @Nullable List<TableFiles> arrived;
    private transient @Nullable Warehouse warehouse;
    private transient @Nullable CommitAttempts attempts;
    /** Null if each table is committed by itself. */
    private transient @Nullable CheckpointCommits together;

    private transient @Nullable Rounds rounds;
    private transient @Nullable Map<String, Commits> commits;
    private transient @Nullable Map<String, CommitMetrics> metricsByTable;
    private transient @Nullable Set<String> checked;
    /** The tables of the state at the start. */
    private transient @Nullable Set<String> known;

    /** When the checkpoints began that are not complete yet. */
    private transient @Nullable NavigableMap<Long, Long> begun;

    /** When the newest complete checkpoint began. */
    private transient long completeTime;

    private transient long opened;
    private transient long restored;
    /** The newest checkpoint that is complete. */
    private transient long complete;

    /** @param made tables that SQL files make */
    CommitterOperator(IcebergSettings settings, Guarded guarded, Set<String> made, SourceTables sources) {
        this.settings = settings;
        this.sources = sources;
        this.made = new TreeSet<>(made);
        this.guarded = guarded;
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
        guarded.restore(state());
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
        commits = new ConcurrentHashMap<>();
        metricsByTable = new ConcurrentHashMap<>();
        Map<String, CommitMetrics> tables = metricsByTable;
        settings.cloudWatch()
                .gauge(
                        getMetricGroup(),
                        "completeAgeMilliseconds",
                        () -> tables.values().stream()
                                .mapToLong(CommitMetrics::completeAge)
                                .max()
                                .orElse(0));
        opened = getProcessingTimeService().getCurrentProcessingTime();
        completeTime = opened;
        rounds = new Rounds(settings, opened);
        checked = ConcurrentHashMap.newKeySet();
        attempts = new CommitAttempts(
                settings,
                this,
                getContainingTask()
                        .getMailboxExecutorFactory()
                        .createExecutor(getOperatorConfig().getChainIndex()),
                getProcessingTimeService(),
                getMetricGroup());
        complete = restored;
        Set<String> restoredTables = Set.copyOf(state().tables());
        known = restoredTables;
        together = CheckpointCommits.areWanted(settings) ? new CheckpointCommits(this, settings.commitThreads()) : null;
        dropHalves();
        commitDue();
        tellComplete();
        for (String table : together == null ? restoredTables : Set.of(CheckpointCommits.ALL)) {
            if (restored >= 0) {
                attempts().start(table, Map.of());
            }
        }
    }

    /** Of a table that no file makes any more, the other half will not come: it stays as it is. */
    private void dropHalves() {
        for (String table : state().pending().held(complete)) {
            if (!made.contains(table)) {
                LOG.warn(
                        "No SQL file makes table {} any more, of whose new result a part was written: the table stays as it"
                                + " is, and the files of that part are left to whoever removes orphan files",
                        table);
                state().pending().drop(table);
            }
        }
    }

    @Override
    public void processElement(StreamRecord<byte[]> element) throws IOException {
        byte[] bytes = element.getValue();
        if (TakenChanges.isIn(bytes)) {
            state().taken().add(TakenChanges.ofBytes(bytes));
        } else {
            requireNonNull(arrived).add(TableFiles.ofBytes(bytes));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<TableFiles> files = requireNonNull(arrived).stream()
                .map(part -> part.completeUntil(sources.of(part.table(), state().taken())))
                .collect(Collectors.toList());
        state().pending().add(context.getCheckpointId(), files);
        files.forEach(part -> state().tables().add(part.table()));
        arrived = new ArrayList<>();
        state().began(context.getCheckpointTimestamp());
        requireNonNull(begun).put(context.getCheckpointId(), context.getCheckpointTimestamp());
        requireNonNull(stored).update(List.of(state().toBytes()));
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        complete = Math.max(complete, checkpointId);
        commitDue();
        tellComplete();
    }

    /** What came up to the newest complete checkpoint is in the tables, also in those to which nothing came. */
    private void tellComplete() {
        NavigableMap<Long, Long> until = requireNonNull(begun).headMap(complete, true);
        if (!until.isEmpty()) {
            completeTime = until.lastEntry().getValue();
            until.clear();
        }
        Set<String> behind = state().pending().behind(complete);
        for (String table : state().tables()) {
            if (!behind.contains(table)) {
                metrics(table).complete(completeTime);
            }
        }
    }

    private void commitDue() {
        due().forEach(attempts()::start);
    }

    private Map<String, Map<Long, List<TableFiles>>> due() {
        Map<String, Map<Long, List<TableFiles>>> due = state().pending().due(complete);
        return together == null ? due : CheckpointCommits.together(due);
    }

    @Override
    public void rested(String table, Map<Long, List<TableFiles>> files) {
        commitDue();
        if (files.isEmpty()) {
            attempts().start(table, files);
        }
    }

    @Override
    public void committed(String table, Map<Long, List<TableFiles>> files) {
        if (files.isEmpty()) {
            commitDue();
            return;
        }
        done(table, files);
        commitDue();
        tellComplete();
        // Together, a table has no turn of its own, in which nothing else comes.
        if (together == null && rounds().isDue(table, getProcessingTimeService().getCurrentProcessingTime())) {
            attempts().start(table, Map.of());
        }
    }

    private void done(String table, Map<Long, List<TableFiles>> files) {
        if (table.equals(CheckpointCommits.ALL)) {
            CheckpointCommits.byTable(files).forEach(this::done);
            return;
        }
        metrics(table).committed(files.values());
        files.keySet().forEach(checkpoint -> state().committed().merge(table, checkpoint, Math::max));
        state().pending().done(table, files);
    }

    @Override
    public void commit(String table, Map<Long, List<TableFiles>> filesByCheckpoint) {
        if (table.equals(CheckpointCommits.ALL)) {
            requireNonNull(known).forEach(this::checkNotAhead);
            requireNonNull(together).commit(filesByCheckpoint);
        } else {
            commitAlone(table, filesByCheckpoint);
        }
    }

    @Override
    public void commitAlone(String table, Map<Long, List<TableFiles>> filesByCheckpoint) {
        checkNotAhead(table);
        if (filesByCheckpoint.isEmpty()) {
            rounds().run(table, () -> tend(table));
            return;
        }
        Commits target = commits(table);
        Commits.Last last = target.last(metrics(table));
        filesByCheckpoint.forEach((checkpoint, files) -> {
            List<TableFiles> contents = withoutMarks(files);
            if (isLeft(table, last, checkpoint, contents)) {
                metrics(table).deletedByKey(target.commit(checkpoint, job(), contents));
            }
        });
        target.tell(metrics(table));
        expire(table);
    }

    /** Of a table of changes, those that are old enough. */
    private void expire(String table) {
        Duration kept = settings.changesAreKept(table);
        if (kept != null) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            commits(table).expireDays(ChangesTables.COMMITTED, now - kept.toMillis());
        }
    }

    @Override
    public @Nullable ReadyCommit prepare(String table, long checkpoint, List<TableFiles> files) {
        checkNotAhead(table);
        Commits target = commits(table);
        List<TableFiles> contents = withoutMarks(files);
        return isLeft(table, target.last(metrics(table)), checkpoint, contents)
                ? target.prepare(checkpoint, job(), contents)
                : null;
    }

    /** Whether it is yet to be committed. */
    private boolean isLeft(String table, Commits.Last last, long checkpoint, List<TableFiles> contents) {
        if (contents.isEmpty()) {
            return false;
        }
        if (checkpoint > last.checkpoint()) {
            return last.isKnown() || !commits(table).has(contents);
        }
        if (checkpoint > restored && !last.isOf(job())) {
            throw new IllegalStateException("Table " + table + " has checkpoint " + last.checkpoint()
                    + " of this job already: another job that was resumed from the same savepoint writes to it."
                    + " Stop one of them.");
        }
        return false;
    }

    @Override
    public TableCommit toSend(String table, ReadyCommit ready) {
        return ready.toSend(warehouse().identifier(table), state().sink());
    }

    @Override
    public void sent(String table, ReadyCommit ready) {
        metrics(table).deletedByKey(ready.sent());
        metrics(table).added(ready.files());
        commits(table).tell(metrics(table));
        expire(table);
    }

    @Override
    public RESTCatalog catalog() {
        return warehouse().rest();
    }

    private String job() {
        return getContainingTask().getEnvironment().getJobID().toHexString();
    }

    /** What fails is tried again in the next round: the job goes on. */
    private void tend(String table) {
        try {
            Maintenance.Outcome outcome = commits(table).tend(settings.maintenance());
            LOG.info("Iceberg table {} was tended: {}", table, outcome);
            metrics(table).tended(outcome);
            commits(table).tell(metrics(table));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "Iceberg table {} could not be tended, and will be the next time: {}",
                    table,
                    settings.redact(String.valueOf(e.getMessage())));
            metrics(table).tended(null);
        }
    }

    private static List<TableFiles> withoutMarks(List<TableFiles> files) {
        return files.stream().filter(part -> !part.isHeld()).collect(Collectors.toList());
    }

    private void checkNotAhead(String table) {
        Set<String> looked = requireNonNull(checked);
        if (restored < 0 || looked.contains(table)) {
            return;
        }
        Table found = warehouse().find(table);
        if (found != null) {
            long done = commits(table).last(metrics(table)).checkpoint();
            guarded.check(found, table, done, settings);
            if (done > restored) {
                throw new IllegalStateException("Table " + table + " holds checkpoint " + done
                        + " of this job, which was resumed from checkpoint " + restored
                        + ": its later changes would be written twice. Resume from a savepoint that is at least as"
                        + " new, or roll the table back to its last snapshot with " + Commits.CHECKPOINT + " <= "
                        + restored
                        + ", for example with CALL <catalog>.system.rollback_to_snapshot. If no snapshot says so,"
                        + " all of them have expired, and the table's property " + CommitMark.PREFIX + state().sink()
                        + " does.");
            }
        }
        looked.add(table);
    }

    /** Opened by the first commit thread that needs it, so that the job starts while the catalog is away. */
    private synchronized Warehouse warehouse() {
        Warehouse open = warehouse;
        if (open == null) {
            open = Warehouse.open(settings);
            warehouse = open;
        }
        return open;
    }

    private Commits commits(String table) {
        return requireNonNull(commits)
                .computeIfAbsent(table, name -> new Commits(warehouse().load(name), settings.branch(), state().sink()));
    }

    private CommitMetrics metrics(String table) {
        return requireNonNull(metricsByTable)
                .computeIfAbsent(table, name -> new CommitMetrics(getMetricGroup(), name, opened));
    }

    private CommitterState state() {
        return requireNonNull(state);
    }

    private CommitAttempts attempts() {
        return requireNonNull(attempts);
    }

    private Rounds rounds() {
        return requireNonNull(rounds);
    }

    /** Whether a commit is being tried. */
    boolean isCommitting() {
        return attempts().areRunning();
    }

    @Override
    public void close() throws Exception {
        CommitAttempts all = attempts;
        try {
            if (all != null
                    && !getContainingTask().isCanceled()
                    && !getContainingTask().isFailing()) {
                commitTheRest(all);
            }
        } finally {
            if (all != null) {
                all.close();
            }
            if (together != null) {
                together.close();
            }
            if (warehouse != null) {
                warehouse.close();
            }
            super.close();
        }
    }

    /** The job ends well, and no mail comes any more: what is due is committed before it has ended. */
    private void commitTheRest(CommitAttempts all) throws Exception {
        Map<String, Map<Long, List<TableFiles>>> due = due();
        for (String table : due.keySet()) {
            all.await(table);
        }
        for (Map.Entry<String, Map<Long, List<TableFiles>>> table : due.entrySet()) {
            all.finish(table.getKey(), table.getValue());
            done(table.getKey(), table.getValue());
        }
    }
}
