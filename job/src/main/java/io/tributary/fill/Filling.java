package io.tributary.fill;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Which consumers of an operator's changelog were shown its rows of which key groups, and the showing itself.
 *
 * <p>One key group is shown after the other. A change of a group that a consumer was not shown yet goes to the others only; in
 * the group at work a row is shown before it changes. No group is at work when a checkpoint is taken, so a number for
 * each group says all. A job that starts with nothing in its state has shown everybody everything.
 */
public final class Filling {

    /** Shows rows that are in keyed state. */
    public interface Rows {
        /** Of the key, if there is one; the key is the current one. */
        void show(TableKey key, Audience audience) throws Exception;

        /** All rows of a table follow for some. */
        default void begin(Schema table, Audience audience) {}

        /** At the barrier that comes next they have been shown a part of them. */
        default void hold(Schema table, Audience audience) {}
    }

    private final List<Consumer> consumers;
    private final KeyGroupRange range;
    private final int groups;
    private final FilledState state;
    private final Map<Consumer, BitSet> done = new LinkedHashMap<>();
    private final Map<Consumer, Boolean> fromTheStart = new HashMap<>();
    private final Map<Long, List<Consumer>> unfilled = new HashMap<>();

    private int atWork = -1;
    private @Nullable GroupKeys keys;
    private TreeSet<String> served = new TreeSet<>();
    private List<Consumer> serving = List.of();
    private @Nullable AtOnce atOnce;

    private Filling(List<Consumer> consumers, KeyGroupRange range, int groups, FilledState state) {
        this.consumers = consumers;
        this.range = range;
        this.groups = groups;
        this.state = state;
    }

    /**
     * @param task of the operator
     * @param isNew whether the operator has nothing in its state
     * @param assumed of consumers that a state from before there was this class says nothing about: whether they were shown everything
     */
    public static Filling restore(
            Collection<Consumer> consumers,
            OperatorStateStore store,
            TaskInfo task,
            boolean isNew,
            Predicate<String> assumed)
            throws Exception {
        int groups = task.getMaxNumberOfParallelSubtasks();
        KeyGroupRange range = KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                groups, task.getNumberOfParallelSubtasks(), task.getIndexOfThisSubtask());
        FilledState state = FilledState.restore(store, groups);
        Filling filling = new Filling(List.copyOf(consumers), range, groups, state);
        for (Consumer consumer : filling.consumers) {
            BitSet shown = state.shown(consumer, isNew, assumed);
            filling.done.put(consumer, shown);
            filling.fromTheStart.put(consumer, !state.isKnown() && isNew);
            if (consumer.refusal() != null && shown.cardinality() < groups) {
                throw new SuppressRestartsException(new IllegalStateException(consumer.refusal()));
            }
        }
        filling.sort();
        return filling;
    }

    /** An operator that shows nobody anything leaves nothing of it in its state. */
    public static void forget(OperatorStateStore store) throws Exception {
        FilledState.forget(store);
    }

    /** To be called when a checkpoint is taken. */
    public void snapshot() throws Exception {
        snapshot(List.of());
    }

    /** @param others consumers who came while the operator ran, and have had all rows as changes */
    public void snapshot(Collection<Consumer> others) throws Exception {
        state.write(done, others, range);
    }

    private void sort() {
        unfilled.clear();
        for (Consumer consumer : consumers) {
            if (!isFilled(consumer)) {
                for (long table : consumer.tables()) {
                    unfilled.computeIfAbsent(table, first -> new ArrayList<>()).add(consumer);
                }
            }
        }
    }

    /** Whether anybody is still to be shown anything. */
    public boolean isActive() {
        return !unfilled.isEmpty();
    }

    boolean isFilling(long table) {
        return unfilled.containsKey(table);
    }

    List<Consumer> consumers() {
        return consumers;
    }

    boolean isFilled(Consumer consumer) {
        BitSet shown = done.get(consumer);
        return shown != null && shown.nextClearBit(range.getStartKeyGroup()) > range.getEndKeyGroup();
    }

    boolean isFromTheStart(Consumer consumer) {
        return fromTheStart.getOrDefault(consumer, false);
    }

    /**
     * Where the changes of a key go to. To be called before the key's state is written: where its group is at work, the row
     * as it is now is shown to those who have not seen it.
     */
    public Collector<ChangelogRow> limited(TableKey key, Collector<ChangelogRow> out, Rows rows) throws Exception {
        List<Consumer> waiting = unfilled.get(key.table());
        if (waiting == null) {
            return out;
        }
        int group = group(key);
        if (group == atWork && keys != null && keys.takeFromGroup(key)) {
            show(key, rows);
        }
        List<String> others = new ArrayList<>();
        for (Consumer consumer : waiting) {
            if (!isShown(consumer, group, key)) {
                others.add(consumer.name());
            }
        }
        if (others.isEmpty()) {
            return out;
        }
        return new Limited(out, Audience.only(others));
    }

    private boolean isShown(Consumer consumer, int group) {
        BitSet shown = done.get(consumer);
        return shown == null || shown.get(group) || (group == atWork && serving.contains(consumer));
    }

    private boolean isShown(Consumer consumer, int group, TableKey key) {
        return isShown(consumer, group) || (atOnce != null && atOnce.isShown(consumer, key));
    }

    /** To be called when a key comes into state that was not there. */
    public void born(TableKey key) {
        if (atOnce != null) {
            atOnce.born(key);
        }
        if (keys != null) {
            keys.born(group(key), key);
        }
    }

    private int group(TableKey key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, groups);
    }

    /**
     * Shows rows until the time is over; true if there are more.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    boolean work(Backend backend, Rows rows, long deadline) throws Exception {
        while (isActive()) {
            if (atWork < 0 && !begin(backend)) {
                return false;
            }
            if (!showUntil(backend, rows, deadline)) {
                return true;
            }
            end();
        }
        return false;
    }

    /** Shows the rest of the group at work, so that a checkpoint can be taken. */
    void finishGroup(Backend backend, Rows rows) throws Exception {
        if (atWork >= 0) {
            showUntil(backend, rows, Long.MAX_VALUE);
            end();
        }
    }

    /**
     * Begins to show all rows at once to those who are to have them so; false if there is nobody, or others are at it. To be called at a
     * barrier.
     *
     * @param isWhole whether all rows of a table are there, the same in all subtasks at one barrier
     */
    boolean beginAll(LongPredicate isWhole, Backend backend, Rows rows, TaskInfo task) {
        if (atOnce != null) {
            return false;
        }
        List<Consumer> ready = new ArrayList<>();
        BitSet shown = new BitSet();
        for (Consumer consumer : consumers) {
            boolean isOwed = consumer.atOnce() != null && !isFilled(consumer);
            if (isOwed && consumer.tables().stream().allMatch(isWhole::test)) {
                BitSet own = done.getOrDefault(consumer, new BitSet());
                if (ready.isEmpty() || own.equals(shown)) {
                    ready.add(consumer);
                    shown = own;
                }
            }
        }
        atOnce = ready.isEmpty() ? null : new AtOnce(ready, shown, backend, rows, task);
        return atOnce != null;
    }

    /** Does some of it until the time is over; true if there is more. */
    boolean workAll(long deadline) throws Exception {
        return atOnce != null && atOnce.until(deadline);
    }

    /** Does some of it, so that a checkpoint can be taken, and says who has been shown a part; true if there is more. */
    boolean allBeforeBarrier(Rows rows, long deadline) throws Exception {
        AtOnce current = atOnce;
        if (current != null) {
            shown(current, current.beforeBarrier(deadline));
        }
        for (Consumer consumer : consumers) {
            Schema table = consumer.atOnce();
            boolean hasBegun = !done.getOrDefault(consumer, new BitSet()).isEmpty();
            if (table != null && hasBegun && !isFilled(consumer)) {
                rows.hold(table, Audience.only(consumer.name()));
            }
        }
        return atOnce != null;
    }

    /** Does the rest of it. */
    void finishAll() throws Exception {
        AtOnce current = atOnce;
        if (current != null) {
            current.finish();
            shown(current, false);
        }
    }

    private void shown(AtOnce current, boolean hasMore) {
        for (Consumer consumer : current.serving()) {
            done.computeIfAbsent(consumer, first -> new BitSet(groups)).or(current.shown());
        }
        if (!hasMore) {
            atOnce = null;
            sort();
        }
    }

    private boolean begin(Backend backend) {
        for (int group = range.getStartKeyGroup(); group <= range.getEndKeyGroup(); group++) {
            List<Consumer> to = new ArrayList<>();
            for (Consumer consumer : consumers) {
                if (consumer.atOnce() == null && !isShown(consumer, group)) {
                    to.add(consumer);
                }
            }
            if (!to.isEmpty()) {
                serving = to;
                if (keys == null || keys.isFull()) {
                    close();
                    keys = new GroupKeys(backend.keys(), groups);
                }
                keys.begin(group);
                atWork = group;
                return true;
            }
        }
        return false;
    }

    private boolean showUntil(Backend backend, Rows rows, long deadline) throws Exception {
        GroupKeys left = keys;
        for (int i = 0; left != null; i++) {
            if ((i & 15) == 15 && System.nanoTime() - deadline > 0) {
                return false;
            }
            TableKey key = left.nextOfGroup();
            if (key == null) {
                return true;
            }
            if (unfilled.containsKey(key.table())) {
                backend.setCurrentKey(key);
                show(key, rows);
            }
        }
        return true;
    }

    private void show(TableKey key, Rows rows) throws Exception {
        served = new TreeSet<>();
        for (Consumer consumer : serving) {
            if (consumer.reads(key.table())) {
                served.add(consumer.name());
            }
        }
        if (!served.isEmpty()) {
            rows.show(key, Audience.only(served));
        }
    }

    private void end() {
        for (Consumer consumer : serving) {
            BitSet shown = done.get(consumer);
            if (shown != null) {
                shown.set(atWork);
            }
        }
        atWork = -1;
        serving = List.of();
        sort();
        if (!isActive()) {
            close();
        }
    }

    void stop() {
        close();
        if (atOnce != null) {
            atOnce.stop();
        }
    }

    private void close() {
        if (keys != null) {
            keys.close();
            keys = null;
        }
    }
}
