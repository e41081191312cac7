package io.tributary.fill;

import io.tributary.change.Audience;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.TaskInfo;

/**
 * Shows all rows of tables to consumers who keep nothing themselves, with a word ahead of them, so that what they make of them can be in
 * one commit. A row that is still to be shown changes without a word to them; it is shown as it is by then.
 *
 * <p>It takes as many intervals between checkpoints as it takes. In each of them at least one key group is shown, so that where none was
 * nobody has begun.
 */
final class AtOnce {

    private final List<Consumer> serving;
    private final Map<Long, Audience> audiences = new HashMap<>();
    private final Filling.Rows rows;
    private final Sweep sweep;
    private boolean hasBegun;

    /** @param shown key groups, to all of them, also by other subtasks */
    AtOnce(Collection<Consumer> serving, BitSet shown, Backend backend, Filling.Rows rows, TaskInfo task) {
        this.serving = List.copyOf(serving);
        this.rows = rows;
        this.hasBegun = !shown.isEmpty();
        this.sweep = new Sweep(backend, task, shown, key -> {
            Audience audience = audiences.computeIfAbsent(key.table(), this::readers);
            if (!audience.isNobody()) {
                rows.show(key, audience);
            }
        });
    }

    private Audience readers(long table) {
        TreeSet<String> names = new TreeSet<>();
        serving.stream().filter(consumer -> consumer.reads(table)).forEach(consumer -> names.add(consumer.name()));
        return Audience.only(names);
    }

    private void begin() {
        if (hasBegun) {
            return;
        }
        hasBegun = true;
        for (Consumer consumer : serving) {
            Schema table = consumer.atOnce();
            if (table != null) {
                rows.begin(table, Audience.only(consumer.name()));
            }
        }
    }

    /** Whether the consumer has been shown the row of the key, if there was one. */
    boolean isShown(Consumer consumer, TableKey key) {
        return serving.contains(consumer) && !sweep.isToCome(key);
    }

    /** To be called when a key comes into state that was not there. */
    void born(TableKey key) {
        sweep.born(key);
    }

    /**
     * Shows rows until the time is over; true if there are more. The first call is behind the barrier.
     *
     * @param deadline of {@link System#nanoTime()}
     */
    boolean until(long deadline) throws Exception {
        begin();
        return sweep.until(deadline);
    }

    /** Shows some of it, and the rest of the group at work, so that a checkpoint can be taken; true if there is more. */
    boolean beforeBarrier(long deadline) throws Exception {
        begin();
        sweep.until(deadline);
        return sweep.finishGroup();
    }

    /** Shows what is left. */
    void finish() throws Exception {
        begin();
        sweep.finish();
    }

    List<Consumer> serving() {
        return serving;
    }

    /** Key groups that were shown. */
    BitSet shown() {
        return sweep.visited();
    }

    void stop() {
        sweep.stop();
    }
}
