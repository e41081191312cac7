package io.tributary.sink.redshift;

import io.tributary.change.SchemaConflictException;
import io.tributary.metrics.Exposition;
import io.tributary.settings.NamePatterns;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the warehouse up to date: refreshes the landing view, brings the tables to the shapes that landed, and merges each
 * table that has new records, every few seconds on a thread of its own, and less often while nothing lands. What is done to
 * tables is done on several connections: see {@link TableWork}.
 *
 * <p>It may be stopped, killed or run twice at any time: all it knows is in the warehouse. A table that fails keeps no
 * other from being merged; a lost connection is opened again.
 */
public final class RedshiftRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedshiftRunner.class);
    private static final Duration BETWEEN_CLEANUPS = Duration.ofMinutes(10);
    private static final long PATIENCE_SECONDS = 60;

    private final RedshiftSettings settings;
    private final NamePatterns tables;
    private final @Nullable Refiller refiller;
    private final WarehouseNames names;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "redshift-merges");
        made.setDaemon(true);
        return made;
    });

    private final Pace pace;
    private final MergeMetrics metrics = new MergeMetrics();
    private final TableWork work;
    private @Nullable Connection connection;
    private @Nullable FileLoads files;
    private long cleanedAt = System.nanoTime();
    private boolean hadWork = true;
    private boolean isLookingForSkipped = true;
    private volatile long fillsAfter = System.nanoTime();
    private volatile List<MergeStatus> statuses = List.of();
    private volatile @Nullable MergeStatus landing;
    private volatile @Nullable String problem;

    /** @param tables the pipeline's outputs, names and patterns of them: records of other tables are put aside */
    public RedshiftRunner(RedshiftSettings settings, Collection<String> tables) {
        this(settings, tables, null);
    }

    /** @param refiller fills tables with gaps, where the settings want that; null where nothing can */
    public RedshiftRunner(RedshiftSettings settings, Collection<String> tables, @Nullable Refiller refiller) {
        this.refiller = refiller;
        this.settings = settings;
        this.tables = NamePatterns.of(tables);
        this.names = new WarehouseNames(settings.schema());
        this.work = new TableWork(settings.connections(), this::session);
        this.pace = new Pace(settings.mergeInterval(), settings.mergeIntervalIdle());
    }

    /** Merges from now on, until closed. */
    public void start() {
        next(Duration.ZERO);
    }

    private void next(Duration wait) {
        try {
            // Nothing comes out of the future: what goes wrong is noted.
            ScheduledFuture<?> unused = thread.schedule(
                    () -> {
                        mergeOrNote();
                        next(pace.after(hadWork));
                    },
                    wait.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("No more rounds: the runner is closed");
        }
    }

    /**
     * Refreshes, registers and merges once, and tells how far each table is then.
     *
     * @throws SQLException if the warehouse cannot be reached, or is not set up; what fails for one table is in its status
     */
    public synchronized List<MergeStatus> mergeOnce() throws SQLException {
        Instant began = Instant.now();
        try {
            List<MergeStatus> all = cycle(open());
            landing = all.stream().filter(RedshiftRunner::isLanding).findFirst().orElse(null);
            statuses = all.stream().filter(status -> !isLanding(status)).collect(Collectors.toList());
            metrics.round(began, statuses, landing);
            return statuses;
        } catch (SQLException | RuntimeException | Error e) {
            metrics.failedRound();
            closeConnection();
            work.closeIdle();
            throw e;
        }
    }

    /** As of the last cycle; a table appears when its first record has landed. */
    public List<MergeStatus> statuses() {
        return statuses;
    }

    /**
     * What came of looking at the landed records: how many belong to no table, and why the view could not be refreshed.
     * Null before the first cycle.
     */
    public @Nullable MergeStatus landing() {
        return landing;
    }

    /** Why the last cycle could not run; null if it did. */
    public @Nullable String problem() {
        return problem;
    }

    /** How far the warehouse is, and what went wrong, for whoever watches it. */
    public void expose(Exposition exposition) {
        metrics.expose(statuses, landing, exposition);
    }

    /** Lets a merge that is running come to its end. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A round is still running after {} s", PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cancelWaiting();
        work.close(PATIENCE_SECONDS);
        closeConnection();
    }

    private synchronized void cancelWaiting() {
        Connection warehouse = connection;
        if (warehouse == null || work.waiting().isEmpty()) {
            return;
        }
        try {
            new LockWaits(warehouse, settings.dialect()).cancel(work.waiting());
        } catch (SQLException e) {
            LOG.warn("What waits for locks is not ended: {}", e.getMessage());
        }
    }

    /** Whatever is thrown is noted: an error that came through would end all later merges, and nobody would hear of it. */
    private void mergeOrNote() {
        hadWork = true;
        try {
            mergeOnce();
            if (problem != null) {
                LOG.info("The warehouse is merged again");
                problem = null;
            }
        } catch (Throwable e) {
            String sentence = e instanceof Exception ? String.valueOf(e.getMessage()) : e.toString();
            if (!sentence.equals(problem)) {
                LOG.error(
                        "The warehouse is not merged; tried again after {} s: {}",
                        settings.mergeInterval().toSeconds(),
                        sentence);
            }
            problem = sentence;
        }
    }

    private List<MergeStatus> cycle(Connection warehouse) throws SQLException {
        Control control = new Control(warehouse, names, settings.dialect());
        // Ahead of the stream, since what calls tables by their schedules counts what has come.
        boolean isTaken = takeFiles(warehouse, control);
        boolean isReceived = receive(warehouse, control);
        if (isReceived && isTaken && hadProblem()) {
            control.recovered(Bookkeeping.RECEIVER);
        }
        ShapeRegistry shapes = new ShapeRegistry(warehouse, settings);
        if (tables.isOpen()) {
            new UnknownTables(warehouse, names).admit(tables, shapes);
        }
        Set<String> pending = shapes.pending();
        Set<String> registered = shapes.registered();
        Gaps gaps = new Gaps(warehouse, names, settings.dialect());
        for (String table : gaps.lostTargets(registered)) {
            remake(shapes, control, table);
        }
        if (isLookingForSkipped && settings.loads().isStreamed()) {
            isLookingForSkipped = false;
            lookForSkipped(gaps);
        }
        Set<String> marked = isFilling() ? gaps.marked().keySet() : Set.of();
        Set<String> due = control.due();
        due.retainAll(registered);
        hadWork = !due.isEmpty();
        Set<String> concerned = new TreeSet<>(pending);
        concerned.addAll(marked);
        concerned.addAll(due);
        for (String table : concerned) {
            work.begin(
                    table,
                    own -> bring(own, table, pending.contains(table), marked.contains(table), due.contains(table)));
        }
        work.await(new LockWaits(warehouse, settings.dialect())::of, control::waits);
        if (System.nanoTime() - cleanedAt > BETWEEN_CLEANUPS.toNanos()) {
            cleanedAt = System.nanoTime();
            isLookingForSkipped = true;
            clean(warehouse, control);
        }
        return control.statuses();
    }

    /** Whatever is to be done to one table: its new shape, the rows that it lacks, and what has landed. */
    private void bring(Connection own, String table, boolean isPending, boolean isMarked, boolean isDue)
            throws SQLException {
        Control control = new Control(own, names, settings.dialect());
        boolean isChanged = isPending && new ShapeRegistry(own, settings).applyPending(table);
        if (isMarked) {
            fill(own, table, control);
        }
        if (isDue || (isChanged && control.due().contains(table))) {
            attempt(own, control, table, Procedure.call(names.merge(table)));
        }
    }

    /** What cannot be read is no reason to merge nothing. */
    private static void lookForSkipped(Gaps gaps) {
        try {
            long skipped = gaps.skippedRecords();
            if (skipped > 0) {
                LOG.error(
                        "Refreshes have skipped {} records of the stream: all tables are marked to be filled again",
                        skipped);
            }
        } catch (SQLException e) {
            LOG.warn("Whether refreshes have skipped records is not known: {}", Transaction.sentence(e));
        }
    }

    private boolean isFilling() {
        return refiller != null && settings.onGap() == OnGap.RELOAD && System.nanoTime() - fillsAfter >= 0;
    }

    /** A table is read whole for it, so what fails is not tried again at once. */
    private void fill(Connection own, String table, Control control) throws SQLException {
        if (refiller == null) {
            return;
        }
        Transaction.execute(own, List.of("SET statement_timeout TO 0"));
        if (!new Gaps(own, names, settings.dialect()).fill(table, refiller, control)) {
            fillsAfter = System.nanoTime() + BETWEEN_CLEANUPS.toNanos();
        }
        Transaction.execute(own, List.of(statementTimeout()));
    }

    private static void remake(ShapeRegistry shapes, Control control, String table) throws SQLException {
        try {
            shapes.remake(table);
        } catch (SchemaConflictException | IllegalArgumentException e) {
            control.failed(table, Transaction.shortened(String.valueOf(e.getMessage())));
        }
    }

    /** Whether what is received by had one in the round before, as far as is known. */
    private boolean hadProblem() {
        MergeStatus received = landing;
        return received == null || received.problem() != null;
    }

    /** Takes what has landed, also where no more can be landed; false if that is so. */
    private boolean receive(Connection warehouse, Control control) throws SQLException {
        if (!settings.loads().isStreamed()) {
            Transaction.repeated(warehouse, Procedure.call(names.timetable()));
            return true;
        }
        String refresh = settings.dialect().refresh(names, settings);
        boolean isFresh = refresh == null || attempt(warehouse, control, Bookkeeping.RECEIVER, refresh);
        Transaction.repeated(warehouse, Procedure.call(names.receive()));
        return isFresh;
    }

    /** False if files cannot be taken. */
    private boolean takeFiles(Connection warehouse, Control control) throws SQLException {
        if (!settings.loads().isByFiles()) {
            return true;
        }
        try {
            if (files == null) {
                files = FileLoads.open(settings);
            }
            files.take(warehouse);
            return true;
        } catch (SQLException | IOException e) {
            if (!warehouse.isValid(5)) {
                throw e instanceof SQLException ? (SQLException) e : new SQLException(e);
            }
            String sentence = "Files cannot be loaded: "
                    + (e instanceof SQLException ? Transaction.sentence((SQLException) e) : e.getMessage());
            if (!Transaction.shortened(sentence).equals(lastProblem(Bookkeeping.RECEIVER))) {
                LOG.error("{}", sentence);
            }
            control.failed(Bookkeeping.RECEIVER, Transaction.shortened(sentence));
            return false;
        }
    }

    private void clean(Connection warehouse, Control control) throws SQLException {
        if (settings.loads().isStreamed()) {
            LOG.info("Removed {} merged records from the landing", control.expireLanding(settings.landingTtl()));
        }
        if (files != null) {
            try {
                files.clean(warehouse);
            } catch (IOException e) {
                LOG.warn("What is left of files is not deleted: {}", e.getMessage());
            }
        }
    }

    /** What fails here is noted in the table's row of the control table, unless the connection is lost. */
    private boolean attempt(Connection warehouse, Control control, String table, String sql) throws SQLException {
        try {
            if (table.equals(Bookkeeping.RECEIVER)) {
                Transaction.repeated(warehouse, sql);
            } else {
                new NarrowColumns(warehouse, settings).merge(table, sql);
            }
            return true;
        } catch (SQLException e) {
            if (!warehouse.isValid(5)) {
                throw e;
            }
            String sentence = Transaction.shortened(Transaction.sentence(e));
            if (!sentence.equals(lastProblem(table))) {
                LOG.error("{} failed and is tried again: {}", sql, sentence);
            }
            metrics.failedMerge(table);
            control.failed(table, sentence);
            return false;
        }
    }

    private @Nullable String lastProblem(String table) {
        MergeStatus received = landing;
        if (received != null && received.table().equals(table)) {
            return received.problem();
        }
        return statuses.stream()
                .filter(status -> status.table().equals(table))
                .map(MergeStatus::problem)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static boolean isLanding(MergeStatus status) {
        return status.table().equals(Bookkeeping.RECEIVER);
    }

    private String statementTimeout() {
        return "SET statement_timeout TO " + settings.statementTimeout().toMillis();
    }

    private Connection session() throws SQLException {
        Connection opened = new WarehouseConnector(settings).open();
        Transaction.execute(opened, List.of(statementTimeout()));
        return opened;
    }

    private Connection open() throws SQLException {
        if (connection == null) {
            Connection opened = session();
            connection = opened;
            Bookkeeping.check(
                    new ExistingTables(opened, names), names, settings.loads().isByFiles());
            new ShapeRegistry(opened, settings).admit(Set.copyOf(tables.names()));
        }
        return connection;
    }

    private synchronized void closeConnection() {
        if (files != null) {
            files.close();
            files = null;
        }
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("The connection was lost already", e);
        }
        connection = null;
    }
}
