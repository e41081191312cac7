package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.TakenChanges;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;

/**
 * How far one subtask has taken the tables' changes since the barrier before. Where the source hands on its changes in the order of
 * their positions, what the subtask that is ahead says is true for all of them: what is older was ahead of its channels' barriers.
 *
 * <p>The last rows of a snapshot may come on another channel than its end, so a table has been read at the second barrier after it.
 */
final class Taking {

    private final BroadcastState<Long, Tuple2<String, Long>> snapshots;
    private final Map<Long, Newest> newest = new HashMap<>();
    private final Map<Long, Boolean> told = new HashMap<>();
    private Set<Long> ended;
    private long lastTable;
    private @Nullable Newest last;

    private static final class Newest {
        private @Nullable Change change;
    }

    /** @param snapshots as {@link Snapshots} has them */
    Taking(BroadcastState<Long, Tuple2<String, Long>> snapshots) throws Exception {
        this.snapshots = snapshots;
        this.ended = Snapshots.ended(snapshots);
    }

    void take(Change change) {
        Operation operation = change.operation();
        if (operation != Operation.INSERT && operation != Operation.UPDATE && operation != Operation.DELETE) {
            return;
        }
        long table = change.schema().tableId();
        Newest of = last;
        if (of == null || lastTable != table) {
            of = newest.computeIfAbsent(table, first -> new Newest());
            last = of;
            lastTable = table;
        }
        if (of.change == null || change.position().isAfter(of.change.position())) {
            of.change = change;
        }
    }

    /** What is new; there may be nothing. */
    TakenChanges atBarrier() throws Exception {
        TakenChanges taken = new TakenChanges();
        newest.forEach((table, of) -> {
            if (of.change != null) {
                taken.taken(table, TakenChanges.Newest.of(of.change.position(), of.change.timestamp()));
                of.change = null;
            }
        });
        Set<Long> before = ended;
        ended = Snapshots.ended(snapshots);
        Set<Long> tables = new HashSet<>(before);
        tables.addAll(told.keySet());
        for (long table : tables) {
            boolean isRead = before.contains(table) && ended.contains(table);
            if (!Boolean.valueOf(isRead).equals(told.put(table, isRead))) {
                taken.read(table, isRead);
            }
        }
        return taken;
    }
}
