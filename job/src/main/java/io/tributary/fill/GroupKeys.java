package io.tributary.fill;

import io.tributary.change.TableKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.jspecify.annotations.Nullable;

/**
 * The keys in keyed state, one key group after the other.
 *
 * <p>Both of Flink's backends list keys in the order of their groups. RocksDB lists what there was when the list was begun, so
 * what is born since is added here, group by group, and the list is begun anew before that gets large; the heap's lists
 * break when keys come, so the keys of a group are copied at once.
 */
final class GroupKeys implements AutoCloseable {

    /** About 10 MB of heap. */
    private static final int MOST_BORN = 100_000;

    private final Stream<TableKey> stream;
    private final Iterator<TableKey> all;
    private final int groups;
    private final Map<Integer, List<TableKey>> born = new HashMap<>();

    private Set<TableKey> left = new LinkedHashSet<>();
    private @Nullable TableKey ahead;
    private int group = -1;
    private int countBorn;

    GroupKeys(Stream<TableKey> stream, int groups) {
        this.stream = stream;
        this.all = stream.iterator();
        this.groups = groups;
    }

    /** Of groups that come, in rising order. */
    void begin(int newGroup) {
        left = new LinkedHashSet<>();
        group = newGroup;
        while (ahead != null || all.hasNext()) {
            TableKey key = ahead == null ? all.next() : ahead;
            int of = KeyGroupRangeAssignment.assignToKeyGroup(key, groups);
            if (of > newGroup) {
                ahead = key;
                break;
            }
            ahead = null;
            if (of == newGroup) {
                left.add(key);
            }
        }
        List<TableKey> younger = born.remove(newGroup);
        if (younger != null) {
            left.addAll(younger);
        }
    }

    void born(int of, TableKey key) {
        if (of > group) {
            born.computeIfAbsent(of, first -> new ArrayList<>()).add(key);
            countBorn++;
        }
    }

    /** Whether the list should be begun anew. */
    boolean isFull() {
        return countBorn > MOST_BORN;
    }

    /** Null if there is no other. */
    @Nullable
    TableKey nextOfGroup() {
        Iterator<TableKey> keys = left.iterator();
        if (!keys.hasNext()) {
            return null;
        }
        TableKey next = keys.next();
        keys.remove();
        return next;
    }

    /** Whether it is one of those left. */
    boolean isLeft(TableKey key) {
        return left.contains(key);
    }

    /** False if it is not one of those left. */
    boolean takeFromGroup(TableKey key) {
        return left.remove(key);
    }

    @Override
    public void close() {
        stream.close();
    }
}
