package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one table by one sink. Each snapshot says in its summary which checkpoint of which sink it holds, so that
 * a commit that is tried again is recognized; and so do the table's properties, for when somebody has expired the snapshots.
 *
 * <p>The sink's id stays the same for as long as the job is resumed from its savepoints, and checkpoints count on.
 */
final class Commits {

    /** Which sink: made at random at the first start, then kept in the savepoints. */
    static final String SINK = "tributary.sink-id";

    static final String CHECKPOINT = "tributary.checkpoint-id";
    /** The highest position among the snapshot's rows, in hexadecimal. */
    static final String POSITION = "tributary.position";
    /** The latest source commit among the snapshot's rows, in milliseconds since 1970. */
    static final String TIMESTAMP = "tributary.timestamp-ms";

    /** In the snapshots of a commit that replaced the table's content: the replacement's version. */
    static final String REPLACED = "tributary.replaced";

    /** Beside it: since which checkpoint the new content was written. */
    static final String REPLACED_SINCE = "tributary.replaced-since";

    static final String JOB = "flink.job-id";

    /** What of a snapshot's summary goes into the table's {@link CommitMark}. */
    static final Set<String> MARKED = Set.of(CHECKPOINT, JOB, REPLACED, REPLACED_SINCE);

    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    /** What a snapshot of maintenance says of the one before it. */
    private static final Set<String> TOLD = Set.of(SINK, CHECKPOINT, JOB, POSITION, TIMESTAMP);

    private static final long NONE = -1;
    private static final int ATTEMPTS = 10;

    private final Table table;
    private final String branch;
    private final String sink;
    private final Places places;
    private long expired = Long.MIN_VALUE;
    /** Files with rows that were committed since {@link #tell} was called. */
    private long added;

    Commits(Table table, String branch, String sink) {
        this.table = table;
        this.branch = branch;
        this.sink = sink;
        this.places = new Places(table, branch);
    }

    /** The newest checkpoint of this sink in the table. */
    static final class Last {
        private final long checkpoint;
        private final String job;
        private final boolean isKnown;

        private Last(long checkpoint, String job, boolean isKnown) {
            this.checkpoint = checkpoint;
            this.job = job;
            this.isKnown = isKnown;
        }

        private static Last of(Map<String, String> summary) {
            return new Last(Long.parseLong(summary.get(CHECKPOINT)), summary.getOrDefault(JOB, ""), true);
        }

        /** -1 if there is none. */
        long checkpoint() {
            return checkpoint;
        }

        /** Whether this job has committed it: an attempt whose answer was lost. */
        boolean isOf(String jobId) {
            return job.equals(jobId);
        }

        /** False if there may have been one in snapshots that have expired. */
        boolean isKnown() {
            return isKnown;
        }
    }

    /** Looks at the table. */
    Last last(CommitMetrics metrics) {
        table.refresh();
        Snapshot newest = table.snapshot(branch);
        Snapshot ours = newest(snapshot -> true);
        metrics.found(newest, ours);
        if (ours != null) {
            return Last.of(ours.summary());
        }
        CommitMark mark = mark();
        return mark == null ? new Last(NONE, "", isHistoryWhole()) : Last.of(mark.summary());
    }

    /** Tells what was committed, and what the table consists of, as it was left. */
    void tell(CommitMetrics metrics) {
        metrics.added(added);
        added = 0;
        metrics.found(table.snapshot(branch), null);
    }

    /** Of this sink, among what the table has come of; null if there is none. */
    private @Nullable Snapshot newest(Predicate<Snapshot> condition) {
        Snapshot snapshot = table.snapshot(branch);
        while (snapshot != null && !(sink.equals(snapshot.summary().get(SINK)) && condition.test(snapshot))) {
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        return snapshot;
    }

    /** Whether no snapshot has expired of those that the table has come of. */
    private boolean isHistoryWhole() {
        Snapshot snapshot = table.snapshot(branch);
        while (snapshot != null && snapshot.parentId() != null) {
            snapshot = table.snapshot(snapshot.parentId());
            if (snapshot == null) {
                return false;
            }
        }
        return true;
    }

    /** What the table says of snapshots that have expired; null if none have, or it says nothing. */
    private @Nullable CommitMark mark() {
        Snapshot newest = table.snapshot(branch);
        CommitMark mark = newest == null || isHistoryWhole() ? null : CommitMark.of(table, sink);
        return mark != null && mark.mayBeBefore(requireNonNull(newest)) ? mark : null;
    }

    /**
     * Whether the files are in the table already, although neither its history nor a {@link CommitMark} tells. If they are gone, which
     * a commit would not notice, this fails.
     */
    boolean has(Collection<TableFiles> files) {
        List<String> locations = new ArrayList<>();
        files.forEach(part -> TableCommit.files(table, part).forEach(file -> locations.add(file.location())));
        List<String> ofRows = new ArrayList<>();
        inOrder(files).forEach(snapshot -> ofRows.addAll(new SmallFiles(table).locations(snapshot)));
        List<String> all = new ArrayList<>(locations);
        all.addAll(ofRows);
        if (LiveFiles.haveAny(table, table.snapshot(branch), all)) {
            return true;
        }
        for (String location : locations) {
            if (!table.io().newInputFile(location).exists()) {
                throw new IllegalStateException("The file " + location + ", which is to be committed, is gone, and the"
                        + " table's snapshots do not go back far enough to tell whether it was committed. If data"
                        + " files were rewritten and all snapshots of this job expired, it was: resume from a newer"
                        + " savepoint. If orphan files were removed, or the table was rolled back, rows are missing:"
                        + " start the job without a savepoint, so that it reads the table again");
            }
        }
        return false;
    }

    /**
     * All in one commit, or nothing.
     *
     * @return how many rows are deleted by their keys, since the places where they were are none of the table's
     */
    long commit(long checkpoint, String jobId, Collection<TableFiles> files) {
        return commit(contents(checkpoint, jobId, files));
    }

    /**
     * The same, ready to be sent together with those of other tables; null if it has to be made alone, since the table is made anew with
     * it. Throws as a commit does.
     */
    @Nullable
    ReadyCommit prepare(long checkpoint, String jobId, Collection<TableFiles> files) {
        CommitContents given = contents(checkpoint, jobId, files);
        if (plan(given.files()) != null) {
            return null;
        }
        CommitContents contents = written(given, table);
        ReadyCommit ready = begin(contents, table);
        try {
            ready.fill(contents, inOrder(contents.files()));
            return ready;
        } catch (RuntimeException e) {
            ready.abort();
            throw e;
        }
    }

    /** The same, once all rows are in files. */
    private CommitContents written(CommitContents contents, Table planned) {
        if (contents.files().stream().allMatch(part -> part.rows() == null)) {
            return contents;
        }
        SmallFiles small = new SmallFiles(planned);
        List<TableFiles> files =
                contents.files().stream().filter(TableFiles::isEmpty).collect(Collectors.toList());
        inOrder(contents.files()).forEach(snapshot -> files.addAll(small.write(snapshot)));
        return contents.with(files);
    }

    private CommitContents contents(long checkpoint, String jobId, Collection<TableFiles> files) {
        TableFiles newest = files.stream()
                .filter(part -> part.replacement() != null)
                .max(Comparator.comparingLong(TableFiles::interval))
                .orElse(null);
        boolean isLate = files.stream().anyMatch(part -> part.interval() + 1 < checkpoint);
        Map<String, String> last = newest != null || isLate ? lastReplaced() : null;
        String version =
                newest == null ? null : requireNonNull(newest.replacement()).toHex();
        boolean replaces = version != null && (last == null || !version.equals(last.get(REPLACED)));
        Map<String, String> summary =
                new HashMap<>(Map.of(SINK, sink, CHECKPOINT, Long.toString(checkpoint), JOB, jobId));
        if (replaces) {
            summary.put(REPLACED, requireNonNull(version));
            summary.put(REPLACED_SINCE, Long.toString(requireNonNull(newest).interval()));
        }
        long since = last == null ? NONE : Long.parseLong(last.get(REPLACED_SINCE));
        long first = newest != null && replaces ? newest.interval() : since;
        Map<Boolean, List<TableFiles>> byLife = files.stream()
                .collect(Collectors.partitioningBy(
                        part -> part.interval() >= first || (newest != null && isOf(newest, part))));
        return new CommitContents(
                byLife.getOrDefault(true, List.of()), byLife.getOrDefault(false, List.of()), replaces, summary);
    }

    /** Whether it is of the replacement; there may have been others before, none of which was committed. */
    private static boolean isOf(TableFiles replacement, TableFiles part) {
        return requireNonNull(replacement.replacement()).equals(part.replacement());
    }

    private long commit(CommitContents given) {
        TablePlan plan = plan(given.files());
        CommitContents contents = written(given, plan == null ? table : plan.planned(table));
        Collection<List<TableFiles>> snapshots = inOrder(contents.files());
        boolean isAlone =
                contents.replaces() || plan != null || contents.files().stream().anyMatch(this::changesColumns);
        for (int attempt = 1; ; attempt++) {
            ReadyCommit ready = begin(contents, plan == null ? table : plan.planned(table));
            try {
                ready.fill(contents, snapshots);
                ready.commit(sink);
                added += ready.files();
                return ready.committed();
            } catch (CommitFailedException e) {
                ready.abort();
                // A change of columns does not go over one that somebody else commits meanwhile, as Iceberg's other
                // changes do.
                if (!isAlone || attempt == ATTEMPTS) {
                    throw e;
                }
                table.refresh();
            } catch (ValidationException e) {
                ready.abort();
                // Somebody else has moved rows that are deleted by their places.
                if (!ready.refersToFiles() || attempt == ATTEMPTS) {
                    throw e;
                }
                places.forget();
                table.refresh();
            }
        }
    }

    private ReadyCommit begin(CommitContents contents, Table planned) {
        DeletesOfCommit deletes = places.resolve(planned, contents.files(), contents.replaces());
        return new ReadyCommit(table, planned, branch, places, deletes, contents);
    }

    /** Deletes what the column, by whose days the table is partitioned, says is of days that were over then. Looks once a day. */
    void expireDays(String column, long milliseconds) {
        long day = Math.floorDiv(milliseconds, TimeUnit.DAYS.toMillis(1));
        if (day <= expired) {
            return;
        }
        expired = day;
        Expression before = Expressions.lessThan(column, TimeUnit.DAYS.toMicros(day));
        try {
            if (LiveFiles.haveAny(table, branch, before)) {
                table.newDelete().toBranch(branch).deleteFromRowFilter(before).commit();
            }
        } catch (ValidationException e) {
            LOG.warn(
                    "Nothing of {} expires, since it is not partitioned by the days of {}: {}",
                    table.name(),
                    column,
                    e.getMessage());
        }
    }

    /** A round of maintenance, between two commits. Its snapshot says of the job what that before it says. */
    Maintenance.Outcome tend(MaintenanceSettings settings) throws IOException {
        table.refresh();
        Snapshot ours = newest(snapshot -> true);
        if (ours == null) {
            return Maintenance.Outcome.nothing();
        }
        Map<String, String> summary = new HashMap<>();
        ours.summary().forEach((key, value) -> {
            if (TOLD.contains(key) || CompleteUntil.isKey(key)) {
                summary.put(key, value);
            }
        });
        try {
            return new Maintenance(table, branch, summary, settings).run();
        } finally {
            places.forget();
        }
    }

    /** The summary of the commit that replaced the table's content last; null if none did. */
    private @Nullable Map<String, String> lastReplaced() {
        Snapshot snapshot = newest(ours -> ours.summary().containsKey(REPLACED));
        if (snapshot != null) {
            return snapshot.summary();
        }
        CommitMark mark = mark();
        return mark != null && mark.summary().containsKey(REPLACED) ? mark.summary() : null;
    }

    private static Collection<List<TableFiles>> inOrder(Collection<TableFiles> files) {
        Map<Order, List<TableFiles>> snapshots = new TreeMap<>();
        files.stream()
                .filter(part -> !part.isEmpty())
                .forEach(part -> snapshots
                        .computeIfAbsent(new Order(part), order -> new ArrayList<>())
                        .add(part));
        return snapshots.values();
    }

    private boolean changesColumns(TableFiles part) {
        ColumnIds ids = part.columnIds();
        return ids == null
                ? ReplacedColumn.anyPending(table.schema(), part.replacedColumns())
                : ids.changes(ColumnIds.of(table));
    }

    /**
     * What the table has to become for the files: as it says itself, because plans may have been made one over the other; as the
     * files say, if somebody has made the table anew since; null if it has become so.
     */
    private @Nullable TablePlan plan(Collection<TableFiles> files) {
        TablePlan last = null;
        for (TableFiles part : files) {
            last = part.plan() == null ? last : part.plan();
        }
        if (last == null) {
            return null;
        }
        TablePlan pending = TablePlan.of(table);
        return pending != null || last.isHeldBy(table) ? pending : last;
    }

    /** Which snapshot comes first. */
    private static final class Order implements Comparable<Order> {

        private static final Comparator<Order> COMPARATOR = Comparator.<Order>comparingLong(order -> order.interval)
                .thenComparing(order -> order.revision, Long::compareUnsigned)
                .thenComparingInt(order -> order.epoch);

        private final long interval;
        private final long revision;
        private final int epoch;

        private Order(TableFiles files) {
            interval = files.interval();
            revision = files.revision();
            epoch = files.epoch();
        }

        @Override
        public int compareTo(Order other) {
            return COMPARATOR.compare(this, other);
        }
    }
}
