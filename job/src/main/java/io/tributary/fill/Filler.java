package io.tributary.fill;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.TableKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.util.Collector;

/** Fills consumers in {@link Slices}, while changes go on, and tells them when all of it was shown. */
public final class Filler {

    /** Takes to the consumers what is said to them. */
    public interface Marks {
        void say(Filled filled);
    }

    private final String operator;
    private final TaskInfo task;
    private final Filling filling;
    private final Backend backend;
    private final Filling.Rows rows;
    private final ProcessingTimeService time;
    private final Marks marks;
    private final LongPredicate isWhole;
    private final Duration atBarrier;
    private final Set<Consumer> told = new HashSet<>();
    private boolean isFromTheStart;
    private final Slices slices;
    private final Slices slicesOfAll;

    /**
     * @param operator what the operator is called in what is said
     * @param time of the operator
     * @param containing the task that it is in
     * @param isWhole whether all rows of a table are in the state or have been shown otherwise; whoever reads it is told after that
     * @param atBarrier how long a barrier is held up for rows that are shown at once
     */
    public Filler(
            String operator,
            TaskInfo task,
            Filling filling,
            Backend backend,
            Filling.Rows rows,
            ProcessingTimeService time,
            StreamTask<?, ?> containing,
            Marks marks,
            LongPredicate isWhole,
            Duration atBarrier) {
        this.operator = operator;
        this.task = task;
        this.filling = filling;
        this.backend = backend;
        this.rows = rows;
        this.time = time;
        this.marks = marks;
        this.isWhole = isWhole;
        this.atBarrier = atBarrier;
        this.slices = new Slices(time, containing, this::work);
        this.slicesOfAll = new Slices(time, containing, filling::workAll);
    }

    /**
     * To be called when the operator has rows to show.
     *
     * @param fromTheStart whether its rows have been shown as they came, so that who was there from the start has had all of them as
     *     changes
     */
    public void start(boolean fromTheStart) {
        isFromTheStart = fromTheStart;
        if (!filling.consumers().isEmpty()) {
            slices.start();
        }
    }

    private boolean work(long deadline) throws Exception {
        tell();
        boolean hasMore = filling.work(backend, rows, deadline);
        tell();
        return hasMore;
    }

    /** To be called before the barrier of a checkpoint goes on. */
    public void beforeBarrier() throws Exception {
        filling.finishGroup(backend, rows);
        if (!filling.allBeforeBarrier(rows, System.nanoTime() + atBarrier.toNanos())) {
            slicesOfAll.stop();
        }
        if (filling.beginAll(isWhole, backend, rows, task)) {
            slicesOfAll.start();
        }
        tell();
    }

    /** Shows the rest of what is shown at once. To be called when nothing more comes. */
    public void finish() throws Exception {
        slicesOfAll.stop();
        filling.finishAll();
    }

    /** To be called when the operator ends. */
    public void stop() {
        slices.stop();
        slicesOfAll.stop();
        filling.stop();
    }

    /** Tells consumers who have not been told what is so by now. To be called when a table becomes whole. */
    public void tell() {
        for (Consumer consumer : filling.consumers()) {
            if (consumer.atOnce() != null) {
                continue;
            }
            boolean isFilled =
                    filling.isFilled(consumer) && consumer.tables().stream().allMatch(isWhole::test);
            if (isFilled && told.add(consumer)) {
                marks.say(Filled.of(
                        operator,
                        consumer.name(),
                        consumer.plan(),
                        task.getIndexOfThisSubtask(),
                        task.getNumberOfParallelSubtasks(),
                        isFromTheStart && filling.isFromTheStart(consumer),
                        time.getCurrentProcessingTime()));
            }
        }
    }

    /** Where the changes of a key go to: {@link Filling#limited}. */
    public Collector<ChangelogRow> limited(TableKey key, Collector<ChangelogRow> out) throws Exception {
        return filling.isActive() ? filling.limited(key, out, rows) : out;
    }

    /** Whether somebody is still to be shown rows. */
    public boolean isActive() {
        return filling.isActive();
    }

    /** Whether somebody is still to be shown rows of the table, by {@link io.tributary.change.Schema#tableId()}. */
    public boolean isFilling(long table) {
        return filling.isFilling(table);
    }

    /** To be called when a key comes into state that was not there. */
    public void born(TableKey key) {
        filling.born(key);
    }
}
