package io.tributary.fill;

import io.tributary.change.Audience;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.api.common.TaskInfo;

/**
 * Shows all rows of tables between two barriers to consumers who keep nothing themselves, so that what they make of them is in one
 * commit. A row that is still to be shown changes without a word to them; it is shown as it is by then.
 *
 * <p>Nothing of this is in a state: whoever restores the first of the two checkpoints begins it again. All subtasks begin at
 * the same barrier, if they know at the same one that a table is whole.
 */
final class AtOnce {

    private final List<Consumer> serving;
    private final Map<Long, Audience> audiences = new HashMap<>();
    private final Filling.Rows rows;
    private final Sweep sweep;
    private boolean hasBegun;

    AtOnce(Collection<Consumer> serving, Backend backend, Filling.Rows rows, TaskInfo task) {
        this.serving = List.copyOf(serving);
        this.rows = rows;
        this.sweep = new Sweep(backend, task, new BitSet(), key -> {
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

    /** Shows what is left; those who have all rows now. */
    List<Consumer> finish() throws Exception {
        begin();
        sweep.finish();
        return new ArrayList<>(serving);
    }

    void stop() {
        sweep.stop();
    }
}
